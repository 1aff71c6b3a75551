#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "apiserver/http/exchange.hpp"

namespace kaudit::apiserver::testing {

/// A transport without sockets, for tests: takes a request, keeps the answer.
class FakeExchange final : public http::Exchange {
 public:
  FakeExchange(boost::asio::io_context& io, http::Request request, std::string sent_body = {})
      : io_(io), request_(std::move(request)), request_body_(std::move(sent_body)) {}

  // What came out.
  int status = 0;
  http::Headers headers;
  std::string body;
  bool finished = false;
  bool aborted = false;
  /// Sees the pieces of an answer as they are written.
  std::function<void(std::string_view)> on_write;
  /// Makes read_body() fail.
  std::optional<http::BodyError> body_error;

  /// As if the client had closed the connection.
  void leave() {
    gone_ = true;
    if (callback_) std::exchange(callback_, nullptr)();
  }

  boost::asio::any_io_executor executor() override { return io_.get_executor(); }
  const http::Request& request() const noexcept override { return request_; }
  boost::asio::awaitable<tl::expected<std::string, http::BodyError>> read_body(
      std::size_t limit) override {
    if (body_error) co_return tl::unexpected(*body_error);
    if (request_body_.size() > limit) co_return tl::unexpected(http::BodyError::TooLarge);
    co_return request_body_;
  }
  boost::asio::awaitable<void> interim(int code) override {
    interim_status = code;
    co_return;
  }
  boost::asio::awaitable<void> send(http::Response response) override {
    status = response.status;
    headers = std::move(response.headers);
    body = std::move(response.body);
    finished = true;
    co_return;
  }
  boost::asio::awaitable<void> begin(int code, http::Headers head) override {
    status = code;
    headers = std::move(head);
    co_return;
  }
  boost::asio::awaitable<void> write(std::string_view piece) override {
    body += piece;
    if (on_write) on_write(piece);
    co_return;
  }
  boost::asio::awaitable<void> finish() override {
    if (!aborted) finished = true;
    co_return;
  }
  boost::asio::awaitable<void> hijack(std::string_view head) override {
    hijacked_head = head;
    co_return;
  }
  std::string_view received() const noexcept override { return received_; }
  void consume(std::size_t size) noexcept override { received_.erase(0, size); }
  void on_received(std::function<void()> callback) override {
    on_received_ = std::move(callback);
    if (on_received_ && !received_.empty()) on_received_();
  }
  void abort() noexcept override { aborted = true; }
  bool client_gone() const noexcept override { return gone_; }
  void on_client_gone(std::function<void()> callback) override { callback_ = std::move(callback); }

  /// As if the client had sent something on a connection that was hijacked.
  void receive(std::string_view bytes) {
    received_ += bytes;
    if (on_received_) on_received_();
  }

  int interim_status = 0;
  std::string hijacked_head;

 private:
  boost::asio::io_context& io_;
  http::Request request_;
  std::string request_body_;
  std::function<void()> callback_;
  std::function<void()> on_received_;
  std::string received_;
  bool gone_ = false;
};

}  // namespace kaudit::apiserver::testing
