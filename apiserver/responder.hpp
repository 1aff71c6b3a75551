#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "apiserver/http/exchange.hpp"

namespace kaudit::apiserver {

namespace asio = boost::asio;

/// A handler's way to answer: the exchange with what the filters add to it. Filters put headers on
/// it that every answer carries (Audit-Id, Cache-Control); the audit filter hears of the status
/// line before it is sent; after the deadline filter has answered in the handler's place, what the
/// handler still writes is dropped.
class Responder {
 public:
  explicit Responder(http::Exchange& exchange) : exchange_(exchange) {}

  /// Headers of whatever answer will be sent; the answer's own of the same name win.
  http::Headers& headers() noexcept { return headers_; }

  /// An interim status (1xx). As in kube-apiserver it counts as the decision on the status line.
  asio::awaitable<void> interim(int status);
  asio::awaitable<void> send(http::Response response);
  /// A whole answer in one call.
  asio::awaitable<void> send(int status, std::string_view content_type, std::string body);
  asio::awaitable<void> begin(int status, http::Headers headers);
  /// Takes the connection over for another protocol (http::Exchange::hijack). `code` is what the
  /// status line is taken for, whatever `head` says.
  asio::awaitable<void> hijack(int code, std::string_view head);
  asio::awaitable<void> write(std::string_view piece);
  asio::awaitable<void> finish();

  /// The status line the handler decided on, 0 before it did.
  int code() const noexcept { return code_; }
  /// True when anything has left for the client or is held for it, from the handler or from a
  /// filter in its place.
  bool sent() const noexcept { return sent_; }

  /// Called (and awaited) once, when the handler decides on its status line and before it leaves.
  using HeadObserver = std::function<asio::awaitable<void>(int code)>;
  void on_head(HeadObserver observer) { observer_ = std::move(observer); }

  /// From now on the end of the handler's answer (all of a whole one, the last chunk of another)
  /// waits for release(). As with Go's net/http, where it leaves when the handlers have returned, a
  /// client that has its answer knows that what the filters do after the handler has been done: the
  /// ResponseComplete event is where it belongs, whatever happens to the server then.
  void hold_end() noexcept { holds_end_ = true; }
  asio::awaitable<void> release();

  /// Answers in the handler's place; from then on the handler's own answer goes nowhere.
  asio::awaitable<void> preempt(http::Response response);
  /// Cuts the connection; what comes later goes nowhere.
  void abort() noexcept;

 private:
  asio::awaitable<void> decided(int code);
  http::Headers merged(const http::Headers& headers) const;

  http::Exchange& exchange_;
  http::Headers headers_;
  HeadObserver observer_;
  int code_ = 0;
  bool sent_ = false;
  bool preempted_ = false;
  bool holds_end_ = false;
  bool finished_ = false;  ///< while the end is held
  std::optional<http::Response> held_;
};

}  // namespace kaudit::apiserver
