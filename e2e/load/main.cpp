// kaudit-load: requests over kept-alive TLS connections, a bounded number of them, as fast as
// answers come. A line of JSON says when all connections are there, and another one, at the end,
// how fast that was. A tool of e2e/bench and e2e/soak. One thread sends all of them, as most
// clients do: for the waking of a thread for each connection the server would pay.
//
//   kaudit-load --port N --ca FILE --cert FILE --key FILE --path PATH [--method GET] [--type TYPE]
//   [--body FILE] [--expect 200] [--requests N] [--connections N] [--protocol http1|http2]
//   [--prefix load] [--rate N] [--watch PATH --watchers N] [--paths FILE]
//
// NAME in path and body becomes PREFIX-CONNECTION-NUMBER. --paths has paths to take in the place of
// --path, one a line: each request takes the next line (those of connection 1 begin where those of
// connection 0 end), and after the last one the first again. --rate says how many a second all
// connections together send at most. With --watch the watchers are there before the first request,
// and the end is when each has as many events as there were requests.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <future>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <vector>

#include "e2e/load/request_load.hpp"
#include "e2e/load/watchers.hpp"

namespace kaudit::e2e::load {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::string port;
  Identity identity;
  Requests requests;
  std::string body_file;
  std::string paths_file;
  std::string protocol = "http1";
  std::string watch;
  long expected = 200;
  long connections = 4;
  long watchers = 1;
};

Options parse(int argc, char** argv) {
  Options options;
  Requests& requests = options.requests;
  Work& work = requests.work;
  const std::map<std::string_view, std::string*> texts{
      {"--port", &options.port},          {"--ca", &options.identity.ca},
      {"--cert", &options.identity.cert}, {"--key", &options.identity.key},
      {"--method", &work.method},         {"--path", &work.path},
      {"--type", &work.content_type},     {"--body", &options.body_file},
      {"--paths", &options.paths_file},   {"--protocol", &options.protocol},
      {"--prefix", &requests.prefix},     {"--watch", &options.watch}};
  const std::map<std::string_view, long*> numbers{{"--expect", &options.expected},
                                                  {"--requests", &requests.count},
                                                  {"--connections", &options.connections},
                                                  {"--watchers", &options.watchers},
                                                  {"--rate", &requests.rate}};
  for (int i = 1; i + 1 < argc; i += 2) {
    if (const auto text = texts.find(argv[i]); text != texts.end()) {
      *text->second = argv[i + 1];
    } else if (const auto number = numbers.find(argv[i]); number != numbers.end()) {
      *number->second = std::atol(argv[i + 1]);
    } else {
      throw std::runtime_error(std::string("unknown option ") + argv[i]);
    }
  }
  if (argc % 2 == 0 || options.port.empty() || work.path.empty() || requests.count < 1 ||
      options.connections < 1 || options.watchers < 1 || requests.rate < 0) {
    throw std::runtime_error("usage: see the first lines of e2e/load/main.cpp");
  }
  if (options.protocol != "http1" && options.protocol != "http2") {
    throw std::runtime_error("--protocol: http1 or http2");
  }
  work.expected = static_cast<int>(options.expected);
  if (!options.body_file.empty()) {
    std::ifstream file(options.body_file);
    work.body.assign(std::istreambuf_iterator<char>(file), {});
    if (work.body.empty()) throw std::runtime_error("nothing in " + options.body_file);
  }
  if (!options.paths_file.empty()) {
    std::ifstream file(options.paths_file);
    for (std::string line; std::getline(file, line);) requests.paths.push_back(std::move(line));
    if (requests.paths.empty()) throw std::runtime_error("nothing in " + options.paths_file);
  }
  return options;
}

double microseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count()) / 1000.0;
}

void print(std::vector<std::chrono::nanoseconds> times, double seconds) {
  std::sort(times.begin(), times.end());
  const auto at = [&](std::size_t thousandths) {
    return microseconds(times[std::min(times.size() - 1, times.size() * thousandths / 1000)]);
  };
  std::printf(R"({"requests":%zu,"seconds":%.3f,"perSecond":%.0f,)"
              R"("p50us":%.1f,"p99us":%.1f,"p999us":%.1f})"
              "\n",
              times.size(), seconds, static_cast<double>(times.size()) / seconds, at(500), at(990),
              at(999));
}

int run(const Options& options) {
  const bool http2 = options.protocol == "http2";
  const ContextPtr context =
      make_context(options.identity, http2 ? Protocol::Http2 : Protocol::Http1);
  // Watches are held over HTTP/1.1: a connection each.
  const ContextPtr watching = make_context(options.identity, Protocol::Http1);
  std::optional<Watchers> watchers;
  if (!options.watch.empty()) {
    watchers.emplace(watching.get(), options.port, options.watch, options.watchers);
  }
  Connections connections;
  for (long i = 0; i < options.connections; ++i) {
    connections.push_back((http2 ? connect_http2 : connect_http1)(context.get(), options.port));
  }
  std::puts(R"({"connected":true})");
  std::fflush(stdout);
  const Clock::time_point began = Clock::now();
  std::future<std::vector<std::chrono::nanoseconds>> sent =
      std::async(std::launch::async, send_all, std::cref(options.requests), std::cref(connections));
  if (watchers) watchers->wait_for(options.requests.count);
  std::vector<std::chrono::nanoseconds> times = sent.get();
  print(std::move(times), std::chrono::duration<double>(Clock::now() - began).count());
  return 0;
}

}  // namespace
}  // namespace kaudit::e2e::load

int main(int argc, char** argv) {
  try {
    return kaudit::e2e::load::run(kaudit::e2e::load::parse(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kaudit-load: %s\n", error.what());
    return 1;
  }
}
