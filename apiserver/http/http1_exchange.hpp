#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/http/connection_environment.hpp"
#include "apiserver/http/exchange.hpp"
#include "apiserver/http/request_head.hpp"
#include "apiserver/http/response_head.hpp"
#include "apiserver/http/wire.hpp"
#include "base/http1/transfer_coding.hpp"

namespace kaudit::apiserver::http {

/// One request and its answer on an HTTP/1.x connection. `environment.stopping` is read whenever an
/// answer begins: while it is true answers close the connection. Calling it out of order (two
/// answers, a body read twice) throws std::logic_error; after abort() everything is accepted and
/// goes nowhere.
class Http1Exchange final : public Exchange {
 public:
  struct Limits {
    std::chrono::milliseconds body_timeout;   ///< without a byte of a body that is awaited
    std::chrono::milliseconds drain_timeout;  ///< for the rest of a body that nobody read
  };
  Http1Exchange(Wire& wire, RequestHead&& head, Limits limits,
                const ConnectionEnvironment& environment);

  asio::any_io_executor executor() override { return wire_.executor(); }
  const Request& request() const noexcept override { return head_.request; }
  asio::awaitable<tl::expected<std::string, BodyError>> read_body(std::size_t limit) override;
  std::string_view body_fault() const noexcept override { return body_.fault(); }
  asio::awaitable<void> interim(int status) override;
  asio::awaitable<void> send(Response response) override;
  bool send_now(const Response& response) override;
  Round* steps_aside() noexcept override;
  void goes_on() override;
  asio::awaitable<void> begin(int status, Headers headers) override;
  asio::awaitable<void> write(std::string_view piece) override;
  asio::awaitable<void> finish() override;
  asio::awaitable<void> hijack(std::string_view head) override;
  std::string_view received() const noexcept override { return wire_.received(); }
  void consume(std::size_t size) noexcept override;
  void on_received(std::function<void()> callback) override;
  void abort() noexcept override;
  bool client_gone() const noexcept override { return wire_.client_gone(); }
  void on_client_gone(std::function<void()> callback) override;
  void on_deadline(Time at, std::function<void()> callback) override;

  /// When the handler has returned: whether it has left something to complete().
  bool end_handling();
  /// An answer that it did not give or end, the rest of the body.
  asio::awaitable<void> complete();
  /// After these: what becomes of the connection.
  enum class Outcome : std::uint8_t { KeepAlive, Close, CloseLingering };
  Outcome outcome() const noexcept;
  /// And what the request was, for its memory.
  RequestHead take_head() { return std::move(head_); }

 private:
  enum class Answer : std::uint8_t { None, Streaming, Done, Aborted };

  asio::awaitable<tl::expected<std::string, BodyError>> receive_body(std::size_t limit);
  asio::awaitable<void> drain_body();
  void watch_stream();
  asio::awaitable<void> write_chunk(std::string_view piece);
  std::string_view frame(const Response& response);
  std::string write_gathered(const Response& response, std::string_view body);
  bool body_awaited() const noexcept {
    return body_.state() == http1::BodyDecoder::State::NeedMore;
  }
  /// False after abort(); moves to the answer's next state.
  bool begin_answer(Answer next);
  Persistence decide_persistence(const Headers& headers);

  Wire& wire_;
  RequestHead head_;
  const Limits limits_;
  const ConnectionEnvironment& environment_;
  http1::BodyDecoder body_;
  Answer answer_ = Answer::None;
  ResponseFraming framing_;  ///< of the answer that has begun
  std::string unsent_;       ///< what send_now() has left to send()
  bool body_asked_for_ = false;
  bool continue_sent_ = false;
  bool closes_ = false;  ///< the connection ends with this answer
  bool hijacked_ = false;
};

}  // namespace kaudit::apiserver::http
