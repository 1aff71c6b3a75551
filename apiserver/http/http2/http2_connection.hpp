#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "apiserver/http/connection_environment.hpp"
#include "apiserver/http/http2/http2_session.hpp"
#include "apiserver/http/wire.hpp"

namespace kaudit::apiserver::http {

class Http2Exchange;

/// A client that speaks HTTP/2: reads what it sends, has each request handled by a coroutine of its
/// own, and sends what comes of it. Lives on one thread; its Wire has finished the handshake.
class Http2Connection {
 public:
  Http2Connection(std::shared_ptr<Wire> wire, Peer peer, const ConnectionEnvironment& environment);
  ~Http2Connection();
  Http2Connection(const Http2Connection&) = delete;
  Http2Connection& operator=(const Http2Connection&) = delete;

  /// Returns when the connection has ended and every handler has returned.
  asio::awaitable<void> run();
  /// GOAWAY: no further requests, and the end after those that are at work.
  void leave();
  void cut() { wire_->cut_as_gone(); }

  asio::any_io_executor executor() { return wire_->executor(); }
  Http2Session& session() noexcept { return session_; }
  /// Sends what the session has ready, and hands on what has happened to streams. Called after
  /// whatever may have made the session ready; within itself it sends at most.
  void flush();
  /// Not null where the handler that begins is the only one of this connection, and not of its
  /// thread: an answer of its own to step aside with. (What several have to say is sent together
  /// anyway.)
  Round* steps_aside() const noexcept {
    return one_started_ && environment_.is_shared() ? &environment_.round : nullptr;
  }

  /// Calls deadline_came() of the exchange at its deadline, unless it is removed before. One alarm
  /// serves all of them, and is set again only for an earlier one: a request that is answered in
  /// time costs no timer.
  void add_deadline(Http2Exchange& exchange);
  void remove_deadline(Http2Exchange& exchange) noexcept;

 private:
  asio::awaitable<bool> receive_some();
  void hand_on();
  void start(std::shared_ptr<Http2Exchange> exchange);
  void let_idle_one_serve(std::shared_ptr<Http2Exchange> exchange);
  asio::awaitable<void> serve(std::shared_ptr<Http2Exchange> exchange);
  void handler_returned();
  bool send_some();
  asio::awaitable<void> send_rest();
  void task_ended();
  void set_alarm(Wire::Clock::time_point at);
  void alarm_rang();

  const std::shared_ptr<Wire> wire_;
  const Peer peer_;
  const ConnectionEnvironment& environment_;
  Http2Session session_;
  std::string out_;                                     ///< what is being sent
  std::size_t out_sent_ = 0;                            ///< of `out_`
  bool sending_ = false;                                ///< send_rest() waits for the socket
  bool busy_ = false;                                   ///< within flush()
  bool one_started_ = false;                            ///< the handler that begins is the only one
  bool greeted_ = false;                                ///< the client has sent something
  std::size_t running_ = 0;                             ///< handlers
  std::size_t tasks_ = 0;                               ///< coroutines beside run()
  std::deque<std::shared_ptr<Http2Exchange>> waiting_;  ///< beyond the handlers at once
  bool idle_ = false;                                   ///< a serve() waits for the next request,
  std::shared_ptr<Http2Exchange> next_;                 ///< which it finds here,
  WaitList waiting_to_serve_;                           ///< and here it waits
  WaitList going_on_;
  std::vector<Http2Exchange*> with_deadline_;
  Wire::Clock::time_point alarm_at_ = Wire::Clock::time_point::max();
  asio::steady_timer all_ended_;
};

}  // namespace kaudit::apiserver::http
