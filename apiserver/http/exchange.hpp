#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <tl/expected.hpp>

#include "apiserver/http/message.hpp"

namespace kaudit::apiserver::http {

namespace asio = boost::asio;

class Round;  // round.hpp

enum class BodyError : std::uint8_t {
  TooLarge,       ///< more than the limit; the rest is not read and the connection closes after the
                  ///< answer
  UnexpectedEof,  ///< the client went away
  Malformed,      ///< its chunked coding is broken
  Timeout,        ///< the client stopped sending
};

/// One request and its answer, whatever the protocol. Lives on one thread: every member is called
/// on executor().
///
/// An answer is either send(), or begin() then any number of write() then finish(), or abort().
/// Sending to a client that has gone is not an error: the bytes are dropped and client_gone() says
/// so. A handler that returns without an answer leaves an empty 200 to the transport. (Go's
/// net/http does likewise.)
class Exchange {
 public:
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual ~Exchange() = default;

  virtual asio::any_io_executor executor() = 0;
  virtual const Request& request() const noexcept = 0;

  /// Reads the whole body (chunked coding undone; `Expect: 100-continue` answered first). At most
  /// once.
  virtual asio::awaitable<tl::expected<std::string, BodyError>> read_body(std::size_t limit) = 0;
  /// After UnexpectedEof and Malformed: what happened, as Go's net/http words it.
  virtual std::string_view body_fault() const noexcept { return "unexpected EOF"; }

  /// Sends an interim status line (1xx) before the answer.
  virtual asio::awaitable<void> interim(int status) = 0;
  /// Sends a whole answer, with Content-Length; HEAD, 204 and 304 get no body. After send_now()
  /// the same answer again, of which the rest is sent.
  virtual asio::awaitable<void> send(Response response) = 0;
  /// Sends of a whole answer what can leave without waiting. True: that was all, as with most
  /// answers, which so cost no coroutine. False: send() has to follow.
  virtual bool send_now(const Response& /*response*/) { return false; }
  /// Not null where other clients of this thread may have sent their requests at the same time. A
  /// whole answer should then wait for the end of that round: a client on this machine, or its
  /// kernel's queue, is woken once for answers that leave one right after the other. From this call
  /// on the client's end is not looked for until it has its answer.
  virtual Round* steps_aside() noexcept { return nullptr; }
  /// Back from there without an answer, whose turn is still to come: the client's end is looked for
  /// again.
  virtual void goes_on() {}
  /// Sends the head of an answer of unknown length (chunked; until close for HTTP/1.0). A small
  /// body that nobody read is waited for and dropped before it, as in net/http.
  virtual asio::awaitable<void> begin(int status, Headers headers) = 0;
  /// Sends a piece at once. Completes when it has left the process's buffers.
  virtual asio::awaitable<void> write(std::string_view piece) = 0;
  /// Ends the answer properly (last chunk).
  virtual asio::awaitable<void> finish() = 0;

  /// Takes the connection over for another protocol: sends `head` as it is, and from then on what
  /// write() is given. What the client sends is in received(); on_received() calls `callback`, on
  /// executor(), whenever there is more (null: no more calls). finish() ends it, and with it the
  /// connection. For requests without a body; HTTP/1.1 only.
  virtual asio::awaitable<void> hijack(std::string_view head) = 0;
  virtual std::string_view received() const noexcept = 0;
  virtual void consume(std::size_t size) noexcept = 0;
  virtual void on_received(std::function<void()> callback) = 0;

  /// Closes the connection without another byte: the client sees an answer cut off, or none. From
  /// then on client_gone() is true (without a call of the callback) and what is sent goes nowhere.
  virtual void abort() noexcept = 0;

  /// True once the client has closed its end (or the connection broke, or the server cuts it at the
  /// end of its grace period).
  virtual bool client_gone() const noexcept = 0;
  /// Calls `callback` once, on executor(), when client_gone() becomes true, and at once when it is
  /// already; null takes the callback back. At most one. While a body is due and not read, only
  /// read_body() notices, and after begin() or hijack() it is noticed in any case.
  virtual void on_client_gone(std::function<void()> callback) = 0;

  /// Calls `callback` once, on executor(), when that time has come; null takes the callback back,
  /// which must be done before the exchange ends. At most one. (Here with a timer of its own; a
  /// connection has one for all its requests.)
  using Time = std::chrono::steady_clock::time_point;
  virtual void on_deadline(Time at, std::function<void()> callback);

 private:
  struct Alarm;
  std::shared_ptr<Alarm> alarm_;
};

/// Calls on_deadline() for as long as it lives.
class DeadlineWatch {
 public:
  DeadlineWatch(Exchange& exchange, Exchange::Time at, std::function<void()> callback)
      : exchange_(exchange) {
    exchange_.on_deadline(at, std::move(callback));
  }
  ~DeadlineWatch() { exchange_.on_deadline(Exchange::Time::max(), nullptr); }
  DeadlineWatch(const DeadlineWatch&) = delete;
  DeadlineWatch& operator=(const DeadlineWatch&) = delete;

 private:
  Exchange& exchange_;
};

/// What a server does with each request. One object serves all connections of all threads.
class Handler {
 public:
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  virtual ~Handler() = default;
  /// An exception that leaves it aborts the exchange; the server goes on.
  virtual asio::awaitable<void> handle(Exchange& exchange) = 0;
};

}  // namespace kaudit::apiserver::http
