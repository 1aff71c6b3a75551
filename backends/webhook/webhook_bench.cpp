// How many events a second go out to a receiver on this machine that only counts: it reads the
// head of each POST and passes its body. Argument: events in a list.
#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <benchmark/benchmark.h>

#include "backends/descriptor.hpp"
#include "backends/testing/bench_event.hpp"
#include "backends/webhook/webhook.hpp"

namespace {

using kaudit::backends::Descriptor;

/// Takes POSTs as fast as it can; ends with the process.
class CountingReceiver {
 public:
  CountingReceiver() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_.get(), generic, length) != 0 ||
        ::listen(listener_.get(), SOMAXCONN) != 0 ||
        ::getsockname(listener_.get(), generic, &length) != 0) {
      std::abort();
    }
    port = ntohs(address.sin_port);
    std::thread([this] {
      for (;;) {
        const int connection = ::accept(listener_.get(), nullptr, nullptr);
        if (connection < 0) return;
        std::thread([this, connection] { serve(Descriptor(connection)); }).detach();
      }
    }).detach();
  }

  int port = 0;
  std::atomic<std::uint64_t> posts{0};

 private:
  void serve(Descriptor connection) {
    constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    constexpr std::string_view kLength = "Content-Length: ";
    std::vector<char> buffer(1 << 20);
    for (;;) {
      ssize_t got = ::recv(connection.get(), buffer.data(), buffer.size(), 0);
      if (got <= 0) return;
      const std::string_view start(buffer.data(), static_cast<std::size_t>(got));
      const auto at = start.find(kLength);
      const auto end = start.find("\r\n\r\n");
      if (at == start.npos || end == start.npos) std::abort();  // a head comes in one piece here
      std::size_t left = 0;
      std::from_chars(start.data() + at + kLength.size(), start.data() + end, left);
      left -= start.size() - end - 4;
      while (left > 0) {
        got = ::recv(connection.get(), buffer.data(), std::min(left, buffer.size()), 0);
        if (got <= 0) return;
        left -= static_cast<std::size_t>(got);
      }
      posts.fetch_add(1, std::memory_order_relaxed);
      ::send(connection.get(), kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
    }
  }

  Descriptor listener_;
};

CountingReceiver& receiver() {
  static auto* const the_receiver = new CountingReceiver;  // its threads outlive main()
  return *the_receiver;
}

class WebhookBenchmark : public benchmark::Fixture {
 public:
  void SetUp(const benchmark::State& state) override {
    if (state.thread_index() != 0) return;
    const auto file = std::filesystem::temp_directory_path() /
                      ("kaudit-webhook-bench-" + std::to_string(::getpid()));
    std::ofstream(file) << "clusters: [{name: k, cluster: {server: 'http://127.0.0.1:"
                        << receiver().port << "'}}]\n"
                        << "contexts: [{name: c, context: {cluster: k}}]\ncurrent-context: c\n";
    kaudit::backends::WebhookOptions options;
    options.config_file = file;
    webhook_ = kaudit::backends::Webhook::open(options, counters_).value();
    std::filesystem::remove(file);
    events_.assign(static_cast<std::size_t>(state.range(0)),
                   kaudit::backends::testing::metadata_event());
  }

 protected:
  kaudit::audit::Counters counters_;
  std::unique_ptr<kaudit::backends::Webhook> webhook_;
  std::vector<kaudit::audit::EventPtr> events_;
};

BENCHMARK_DEFINE_F(WebhookBenchmark, Post)(benchmark::State& state) {
  const std::uint64_t before = receiver().posts;
  for (auto unused : state) {
    static_cast<void>(unused);
    if (!webhook_->process(events_)) state.SkipWithError("a list was lost");
  }
  if (receiver().posts == before) state.SkipWithError("nothing has arrived");
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK_REGISTER_F(WebhookBenchmark, Post)
    ->Arg(1)
    ->Arg(400)
    ->UseRealTime()
    ->Threads(1)
    ->Threads(4);

}  // namespace
