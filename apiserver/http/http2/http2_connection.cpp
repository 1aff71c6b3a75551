#include "apiserver/http/http2/http2_connection.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "apiserver/http/http2/http2_exchange.hpp"

namespace kaudit::apiserver::http {
namespace {

/// What is collected before it is sent: some records' worth.
constexpr std::size_t kOutputBytes = 32 * 1024;
/// Frames such as acknowledgements that may wait for a client which does not read: Go's number.
constexpr std::size_t kMaxFramesWaiting = 10'000;
/// A client may have reset so many times the streams it may have at once while their handlers still
/// run: Go's number.
constexpr std::size_t kWaitingPerStream = 4;

Http2Limits limits_of(const ServerOptions& options) {
  Http2Limits limits;
  limits.max_streams = options.http2_max_streams;
  limits.header_limit = options.header_limit;
  return limits;
}

/// As Go's HTTP/2 server answers it, without its handler.
Response head_too_large() {
  Response response(431, {}, "<h1>HTTP Error 431</h1><p>Request Header Field(s) Too Large</p>");
  response.headers.set("Content-Type", "text/html; charset=utf-8");
  return response;
}

}  // namespace

Http2Connection::Http2Connection(std::shared_ptr<Wire> wire, Peer peer,
                                 const ConnectionEnvironment& environment)
    : wire_(std::move(wire)),
      peer_(std::move(peer)),
      environment_(environment),
      session_(limits_of(environment.options)),
      all_ended_(wire_->executor(), asio::steady_timer::time_point::max()) {}

Http2Connection::~Http2Connection() { wire_->on_deadline(Wire::Clock::time_point::max(), nullptr); }

asio::awaitable<void> Http2Connection::run() {
  try {
    if (environment_.stopping) session_.go_away();
    flush();  // our settings
    for (;;) {
      const bool goes_on = co_await receive_some();
      if (!goes_on) break;
    }
  } catch (...) {
    wire_->cut_as_gone();
  }
  session_.lose_connection();
  flush();
  while (tasks_ != 0) {
    co_await all_ended_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  if (idle_) let_idle_one_serve(nullptr);
}

/// False when the connection has come to its end.
asio::awaitable<bool> Http2Connection::receive_some() {
  const ServerOptions& options = environment_.options;
  if (session_.finished() || wire_->is_cut()) co_return false;
  if (!greeted_) {
    wire_->expire_reads_after(options.handshake_timeout);
  } else if (session_.has_streams() || tasks_ != 0) {
    wire_->never_expire_reads();  // each stream has deadlines of its own
  } else {
    wire_->expire_reads_after(options.idle_timeout);
  }
  if (wire_->received().empty()) {
    switch (co_await wire_->fill(greeted_ ? Wire::Likely::Silence : Wire::Likely::Data)) {
      case Wire::Fill::Data:
        break;
      case Wire::Fill::Closed:
        co_return !wire_->client_gone();
      case Wire::Fill::Timeout:
        if (greeted_ && (session_.has_streams() || tasks_ != 0)) co_return true;
        session_.go_away();
        flush();
        co_return false;
    }
  }
  greeted_ = true;
  session_.receive(wire_->received(), Http2Session::Clock::now());
  wire_->consume(wire_->received().size());
  flush();
  if (session_.frames_waiting() > kMaxFramesWaiting) co_return false;
  // A client that always has more to say takes turns with the others of this thread.
  if (wire_->holds_input()) co_await asio::post(wire_->executor(), asio::use_awaitable);
  co_return true;
}

void Http2Connection::add_deadline(Http2Exchange& exchange) {
  with_deadline_.push_back(&exchange);
  if (exchange.deadline() < alarm_at_) set_alarm(exchange.deadline());
}

void Http2Connection::remove_deadline(Http2Exchange& exchange) noexcept {
  with_deadline_.erase(std::find(with_deadline_.begin(), with_deadline_.end(), &exchange));
}

void Http2Connection::set_alarm(Wire::Clock::time_point at) {
  alarm_at_ = at;
  wire_->on_deadline(at, [this] { alarm_rang(); });
}

void Http2Connection::alarm_rang() {
  alarm_at_ = Wire::Clock::time_point::max();
  const auto earlier = [](const Http2Exchange* a, const Http2Exchange* b) {
    return a->deadline() < b->deadline();
  };
  while (!with_deadline_.empty()) {
    // Anew for each: what happens at a deadline may end exchanges.
    auto* const next = *std::min_element(with_deadline_.begin(), with_deadline_.end(), earlier);
    if (next->deadline() > Wire::Clock::now()) {
      set_alarm(next->deadline());
      return;
    }
    next->deadline_came();
  }
}

void Http2Connection::leave() {
  session_.go_away();
  flush();
}

void Http2Connection::flush() {
  // Answers to requests that came together leave together. A single one's leaves at once: then its
  // handler need not wait for that, which costs a timer.
  if (busy_ && !one_started_) return;
  const bool within = std::exchange(busy_, true);
  try {
    do {
      if (!within) hand_on();
    } while (send_some() || (!within && session_.has_news()));
  } catch (...) {
    // Most likely no memory for this client: the others go on.
    wire_->cut_as_gone();
  }
  busy_ = within;
  if (!within && session_.finished() && !sending_) wire_->interrupt();
}

/// What has happened to streams. Handlers begin here, and may have answered when this returns.
void Http2Connection::hand_on() {
  for (const auto& stream : session_.take_changed()) {
    if (stream->on_change) stream->on_change();
  }
  const ServerOptions& options = environment_.options;
  auto started = session_.take_started();
  one_started_ = started.size() == 1;
  for (auto& stream : started) {
    stream->request.peer = peer_;
    auto exchange = std::make_shared<Http2Exchange>(
        *this, std::move(stream),
        Http2Exchange::Limits{options.idle_timeout, options.write_timeout});
    if (running_ < options.http2_max_streams) {
      start(std::move(exchange));
      continue;
    }
    waiting_.push_back(std::move(exchange));
    if (waiting_.size() > kWaitingPerStream * options.http2_max_streams) {
      session_.refuse_flood();
    }
  }
  one_started_ = false;
}

void Http2Connection::start(std::shared_ptr<Http2Exchange> exchange) {
  ++running_;
  ++tasks_;
  if (idle_) {
    let_idle_one_serve(std::move(exchange));
  } else {
    asio::co_spawn(wire_->executor(), serve(std::move(exchange)), asio::detached);
  }
}

/// Null: ends it.
void Http2Connection::let_idle_one_serve(std::shared_ptr<Http2Exchange> exchange) {
  idle_ = false;
  next_ = std::move(exchange);
  going_on_.swap(waiting_to_serve_);
  going_on_.release();
}

/// Serves one request after the other: a coroutine for each, made by co_spawn(), costs three
/// thousand instructions more. One of them at most waits for the next request.
asio::awaitable<void> Http2Connection::serve(std::shared_ptr<Http2Exchange> exchange) {
  while (exchange != nullptr) {
    try {
      const Request& request = exchange->request();
      if (exchange->head_too_large()) {
        co_await exchange->send(head_too_large());
      } else if (request.method != "OPTIONS" || request.target != "*") {
        co_await environment_.handler.handle(*exchange);
      }
      co_await exchange->complete();
    } catch (...) {
      exchange->abort();
    }
    exchange.reset();
    --running_;
    handler_returned();
    task_ended();
    if (idle_ || session_.finished()) co_return;
    idle_ = true;
    co_await waiting_to_serve_.join();
    exchange = std::move(next_);
  }
}

/// One that waits takes the place; those whose client has given them up are passed over.
void Http2Connection::handler_returned() {
  while (!waiting_.empty()) {
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    if (!next->given_up()) {
      start(next);
      return;
    }
  }
}

/// Whether something has been sent, so that there may be more.
bool Http2Connection::send_some() {
  if (sending_) return false;
  out_.clear();
  session_.collect(out_, kOutputBytes);
  if (out_.empty()) return false;
  out_sent_ = wire_->write_now(out_);
  if (out_sent_ < out_.size()) {
    sending_ = true;
    ++tasks_;
    asio::co_spawn(wire_->executor(), send_rest(), asio::detached);
  } else if (out_.capacity() > 4 * 1024) {
    std::string().swap(out_);  // an idle connection keeps no buffer
  }
  return true;
}

asio::awaitable<void> Http2Connection::send_rest() {
  co_await wire_->write(std::string_view(out_).substr(out_sent_));
  sending_ = false;
  flush();
  task_ended();
}

void Http2Connection::task_ended() {
  if (--tasks_ == 0) all_ended_.cancel();
}

}  // namespace kaudit::apiserver::http
