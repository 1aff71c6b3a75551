#include <fstream>

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include "apiserver/request/request_info.hpp"

namespace kaudit::apiserver::request {
namespace {

struct Request {
  std::string method;
  std::string target;
  Url url;
};

std::vector<Request> read_requests() {
  std::vector<Request> requests;
  std::ifstream in(KAUDIT_TESTDATA "/urls.jsonl");
  for (std::string line; std::getline(in, line);) {
    const auto item = nlohmann::json::parse(line);
    const std::string method = item.at("method");
    const std::string target = item.at("url");
    requests.push_back({method, target, Url::parse(method, target).value()});
  }
  return requests;
}

/// One iteration is one request; the mean is over all of them.
template <typename Work>
void over_requests(benchmark::State& state, Work work) {
  const auto requests = read_requests();
  std::size_t next = 0;
  for (auto _ : state) {
    work(requests[next]);
    next = next + 1 == requests.size() ? 0 : next + 1;
  }
}

void parse_url(benchmark::State& state) {
  over_requests(state, [](const Request& request) {
    benchmark::DoNotOptimize(Url::parse(request.method, request.target));
  });
}
BENCHMARK(parse_url)->Name("UrlParse");

void request_info(benchmark::State& state) {
  over_requests(state, [](const Request& request) {
    benchmark::DoNotOptimize(make_request_info(request.method, request.url));
  });
}
BENCHMARK(request_info)->Name("RequestInfo");

void url_and_request_info(benchmark::State& state) {
  over_requests(state, [](const Request& request) {
    const auto url = Url::parse(request.method, request.target);
    benchmark::DoNotOptimize(make_request_info(request.method, *url));
  });
}
BENCHMARK(url_and_request_info)->Name("UrlParseAndRequestInfo");

}  // namespace
}  // namespace kaudit::apiserver::request
