#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/steady_timer.hpp>

#include "apiserver/http/exchange.hpp"
#include "apiserver/http/http2/http2_stream.hpp"

namespace kaudit::apiserver::http {

class Http2Connection;

/// One request and its answer on a stream of an HTTP/2 connection. As with Http1Exchange, calls out
/// of order throw std::logic_error, and after abort() everything is accepted and goes nowhere. The
/// connection outlives it.
class Http2Exchange final : public Exchange {
 public:
  struct Limits {
    std::chrono::milliseconds body_timeout;   ///< without a byte of a body that is awaited
    std::chrono::milliseconds write_timeout;  ///< without a byte of an answer being taken
  };
  Http2Exchange(Http2Connection& connection, std::shared_ptr<Http2Stream> stream, Limits limits);
  ~Http2Exchange() override;

  asio::any_io_executor executor() override;
  const Request& request() const noexcept override { return stream_->request; }
  asio::awaitable<tl::expected<std::string, BodyError>> read_body(std::size_t limit) override;
  std::string_view body_fault() const noexcept override { return stream_->fault; }
  asio::awaitable<void> interim(int status) override;
  asio::awaitable<void> send(Response response) override;
  Round* steps_aside() noexcept override;
  asio::awaitable<void> begin(int status, Headers headers) override;
  asio::awaitable<void> write(std::string_view piece) override;
  asio::awaitable<void> finish() override;
  /// A stream is not a connection: throws. What would ask for it (`Upgrade`) is not valid HTTP/2.
  asio::awaitable<void> hijack(std::string_view head) override;
  std::string_view received() const noexcept override { return {}; }
  void consume(std::size_t /*size*/) noexcept override {}
  void on_received(std::function<void()> /*callback*/) override {}
  /// Resets the stream with INTERNAL_ERROR; the connection stays.
  void abort() noexcept override;
  bool client_gone() const noexcept override { return gone_; }
  void on_client_gone(std::function<void()> callback) override;
  void on_deadline(Time at, std::function<void()> callback) override;

  /// What is left to do when the handler has returned: an answer it did not give or end, the rest
  /// of the body.
  asio::awaitable<void> complete();

  bool head_too_large() const noexcept { return stream_->head_too_large; }
  /// Of one that the connection keeps deadlines for.
  Time deadline() const noexcept { return deadline_; }
  void deadline_came();
  /// The client gave the request up before it was begun.
  bool given_up() const noexcept { return stream_->closed; }

 private:
  enum class Answer : std::uint8_t { None, Streaming, Done, Aborted };
  /// Whether a wait ended because its time was over.
  enum class Wait : std::uint8_t { Changed, Expired };
  /// Made by the first wait: most requests do not wait.
  using Timer = std::optional<asio::steady_timer>;

  asio::awaitable<tl::expected<std::string, BodyError>> receive_body(std::size_t limit);
  bool begin_answer(Answer next);
  void respond(int status, const Headers& headers, std::optional<std::size_t> length,
               bool with_body);
  asio::awaitable<void> output_taken();
  asio::awaitable<void> let_body_end();
  asio::awaitable<Wait> wait(Timer& timer, std::chrono::milliseconds timeout);
  void stream_changed();
  void end_waits();
  void give_up() noexcept;

  Http2Connection& connection_;
  const std::shared_ptr<Http2Stream> stream_;
  const Limits limits_;
  Timer body_timer_;
  Timer output_timer_;
  Answer answer_ = Answer::None;
  Round* round_ = nullptr;  ///< not null: has stepped aside
  bool body_asked_for_ = false;
  bool has_body_ = false;  ///< of the answer
  bool gone_ = false;
  std::string whole_;  ///< the body of send()
  std::function<void()> on_client_gone_;
  Time deadline_ = Time::max();
  std::function<void()> on_deadline_;
};

}  // namespace kaudit::apiserver::http
