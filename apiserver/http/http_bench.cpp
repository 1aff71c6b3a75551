#include <string>

#include <benchmark/benchmark.h>

#include "apiserver/http/request_head.hpp"
#include "apiserver/http/testing/tls_client.hpp"

namespace kaudit::apiserver::http::test {
namespace {

const std::string kRequest =
    "GET /api/v1/namespaces/default/configmaps/settings HTTP/1.1\r\nHost: localhost:6443\r\n"
    "User-Agent: kubectl/v1.33.0 (linux/amd64) kubernetes/60a317e\r\n"
    "Accept: application/json;as=Table;v=v1;g=meta.k8s.io,application/json\r\n"
    "Authorization: Bearer 0123456789abcdef0123456789abcdef\r\nAccept-Encoding: gzip\r\n\r\n";

void ParseHead(benchmark::State& state) {
  for (auto _ : state) {
    RequestHeadParser parser(1U << 20U);
    benchmark::DoNotOptimize(parser.parse(kRequest));
  }
}
BENCHMARK(ParseHead);

/// Time on the wall of one request after the other on one connection; the server's thread and the
/// client's are two.
void KeepAliveRequest(benchmark::State& state) {
  const std::string body(static_cast<std::size_t>(state.range(0)), 'x');
  TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.send(Response(200, {}, body));
  });
  Client client(server->port());
  for (auto _ : state) {
    benchmark::DoNotOptimize(client.ask(kRequest));
  }
}
BENCHMARK(KeepAliveRequest)->Arg(1024)->Arg(26 * 1024)->UseRealTime();

/// So many requests are sent at once: the cost of a request without the waits.
void PipelinedRequest(benchmark::State& state) {
  constexpr int kAtOnce = 32;
  const std::string body(1024, 'x');
  TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.send(Response(200, {}, body));
  });
  Client client(server->port());
  std::string requests;
  for (int i = 0; i < kAtOnce; ++i) {
    requests += kRequest;
  }
  for (auto _ : state) {
    client.send(requests);
    for (int i = 0; i < kAtOnce; ++i) {
      benchmark::DoNotOptimize(client.receive());
    }
  }
  state.SetItemsProcessed(state.iterations() * kAtOnce);
}
BENCHMARK(PipelinedRequest)->UseRealTime();

void Handshake(benchmark::State& state) {
  TestServer server(echo);
  for (auto _ : state) {
    Client client(server->port(), &certificates().admin);
    benchmark::DoNotOptimize(client.connected());
  }
}
BENCHMARK(Handshake)->UseRealTime();

void MakeCertificates(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(pki::make_certificates("127.0.0.1"));
  }
}
BENCHMARK(MakeCertificates);

}  // namespace
}  // namespace kaudit::apiserver::http::test
