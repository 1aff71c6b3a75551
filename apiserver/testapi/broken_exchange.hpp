#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "apiserver/http/exchange.hpp"
#include "apiserver/testapi/fault.hpp"
#include "apiserver/testapi/watch_events.hpp"

namespace kaudit::apiserver::testapi {

/// A watch whose events go through a BrokenExchange.
struct WatchedStream {
  std::optional<WatchFault> fault;
  std::uint64_t epoch = 0;
  WatchFraming framing = WatchFraming::Lines;
  std::uint64_t events = 0;
  bool over = false;  // what comes now is for nobody
};

/// Stands between a request and its transport, passes everything on, and breaks the answer where it
/// is told to: what handler and filters do is as ever, and so are the request's events.
class BrokenExchange final : public http::Exchange {
 public:
  /// `epoch` counts the resets of the server: a watch that lives to see it change ends as gone.
  BrokenExchange(http::Exchange& transport, const std::atomic<std::uint64_t>& epoch);

  /// Whether the request is one of the server's own.
  bool is_loopback() const noexcept { return loopback_; }

  void break_answer(FaultAction::Reset how) noexcept { reset_ = how; }
  /// What is sent are the events of a watch, with what shall happen to them.
  void expect_watch(std::optional<WatchFault> fault);

  http::asio::any_io_executor executor() override { return inner_.executor(); }
  const http::Request& request() const noexcept override { return inner_.request(); }
  http::asio::awaitable<tl::expected<std::string, http::BodyError>> read_body(
      std::size_t limit) override {
    return inner_.read_body(limit);
  }
  std::string_view body_fault() const noexcept override { return inner_.body_fault(); }
  http::asio::awaitable<void> interim(int status) override { return inner_.interim(status); }
  http::asio::awaitable<void> send(http::Response response) override;
  http::asio::awaitable<void> begin(int status, http::Headers headers) override;
  http::asio::awaitable<void> write(std::string_view piece) override;
  http::asio::awaitable<void> finish() override;
  http::asio::awaitable<void> hijack(std::string_view head) override;
  std::string_view received() const noexcept override { return inner_.received(); }
  void consume(std::size_t size) noexcept override { inner_.consume(size); }
  void on_received(std::function<void()> callback) override {
    inner_.on_received(std::move(callback));
  }
  void abort() noexcept override { inner_.abort(); }
  bool client_gone() const noexcept override { return inner_.client_gone(); }
  void on_client_gone(std::function<void()> callback) override;
  void on_deadline(Time at, std::function<void()> callback) override {
    inner_.on_deadline(at, std::move(callback));
  }

 private:
  /// Breaks off, and wakes who would wait for a client that is not there any more.
  void cut();
  /// What is left of a watch's piece, `over` when it was the last.
  std::string filtered(std::string_view piece);
  http::asio::awaitable<void> write_watched(std::string_view piece);
  http::asio::awaitable<void> end_if_due();

  http::Exchange& inner_;
  const std::atomic<std::uint64_t>& epoch_;
  const bool loopback_;
  FaultAction::Reset reset_ = FaultAction::Reset::None;
  std::optional<WatchedStream> watch_;
  std::function<void()> gone_;
};

}  // namespace kaudit::apiserver::testapi
