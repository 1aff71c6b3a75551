#include "apiserver/responder.hpp"

#include <utility>

#include "apiserver/compression.hpp"

namespace kaudit::apiserver {

http::Headers Responder::merged(const http::Headers& headers) const {
  http::Headers all = headers_;
  for (const auto& line : headers.lines()) all.remove(line.name);
  for (const auto& line : headers.lines()) all.add(line.name, line.value);
  return all;
}

asio::awaitable<void> Responder::decided(int code) {
  if (code_ != 0) co_return;
  code_ = code;
  if (observer_) co_await observer_(code);
}

asio::awaitable<void> Responder::interim(int status) {
  co_await decided(status);
  if (!preempted_) co_await exchange_.interim(status);
}

asio::awaitable<void> Responder::send(http::Response response) {
  co_await decided(response.status);
  if (preempted_) co_return;
  sent_ = true;
  response.headers = merged(response.headers);
  compress_if_large(exchange_.request(), response);
  if (holds_end_) {
    held_ = std::move(response);
  } else {
    co_await exchange_.send(std::move(response));
  }
}

asio::awaitable<void> Responder::send(int status, std::string_view content_type, std::string body) {
  http::Response response(status, {}, std::move(body));
  response.headers.set("Content-Type", std::string(content_type));
  co_await send(std::move(response));
}

asio::awaitable<void> Responder::begin(int status, http::Headers headers) {
  co_await decided(status);
  if (preempted_) co_return;
  sent_ = true;
  co_await exchange_.begin(status, merged(headers));
}

asio::awaitable<void> Responder::hijack(int code, std::string_view head) {
  co_await decided(code);
  if (preempted_) co_return;
  sent_ = true;
  co_await exchange_.hijack(head);
}

asio::awaitable<void> Responder::write(std::string_view piece) {
  if (!preempted_) co_await exchange_.write(piece);
}

asio::awaitable<void> Responder::finish() {
  if (preempted_) co_return;
  if (holds_end_) {
    finished_ = true;
  } else {
    co_await exchange_.finish();
  }
}

asio::awaitable<void> Responder::release() {
  holds_end_ = false;
  if (preempted_) co_return;
  if (held_) {
    http::Response response = *std::move(held_);
    held_.reset();
    co_await exchange_.send(std::move(response));
  } else if (finished_) {
    co_await exchange_.finish();
  }
}

asio::awaitable<void> Responder::preempt(http::Response response) {
  preempted_ = true;
  sent_ = true;
  response.headers = merged(response.headers);
  co_await exchange_.send(std::move(response));
}

void Responder::abort() noexcept {
  preempted_ = true;
  exchange_.abort();
}

}  // namespace kaudit::apiserver
