#include "apiserver/http/http2/http2_exchange.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "apiserver/http/http2/http2_connection.hpp"
#include "apiserver/http/response_head.hpp"
#include "base/http1/header_syntax.hpp"

namespace kaudit::apiserver::http {
namespace {

/// For what a client still sends of a request that has its answer.
constexpr std::chrono::milliseconds kBodyLinger{500};

}  // namespace

Http2Exchange::Http2Exchange(Http2Connection& connection, std::shared_ptr<Http2Stream> stream,
                             Limits limits)
    : connection_(connection), stream_(std::move(stream)), limits_(limits), gone_(stream_->closed) {
  stream_->on_change = [this] { stream_changed(); };
}

Http2Exchange::~Http2Exchange() {
  stream_->on_change = nullptr;
  stream_->output = {};
  Http2Exchange::on_deadline(Time::max(), nullptr);
}

asio::any_io_executor Http2Exchange::executor() { return connection_.executor(); }

void Http2Exchange::stream_changed() {
  end_waits();
  if (!stream_->closed || stream_->fault.empty() || std::exchange(gone_, true)) return;
  if (const auto callback = std::exchange(on_client_gone_, nullptr)) callback();
}

void Http2Exchange::end_waits() {
  if (body_timer_) body_timer_->cancel();
  if (output_timer_) output_timer_->cancel();
}

/// Two waits never share a timer: setting it would end the other one.
asio::awaitable<Http2Exchange::Wait> Http2Exchange::wait(Timer& timer,
                                                         std::chrono::milliseconds timeout) {
  if (!timer) timer.emplace(connection_.executor());
  timer->expires_after(timeout);
  const auto [error] = co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
  co_return error ? Wait::Changed : Wait::Expired;
}

asio::awaitable<tl::expected<std::string, BodyError>> Http2Exchange::read_body(std::size_t limit) {
  if (std::exchange(body_asked_for_, true)) {
    throw std::logic_error("the body of a request was read twice");
  }
  auto body = co_await receive_body(limit);
  if (!body) connection_.session().drop_body(*stream_);
  connection_.flush();  // the window that has opened
  co_return body;
}

asio::awaitable<tl::expected<std::string, BodyError>> Http2Exchange::receive_body(
    std::size_t limit) {
  if (stream_->announced.value_or(0) > limit) co_return tl::unexpected(BodyError::TooLarge);
  if (stream_->expects_continue && !stream_->body_ended && stream_->body.empty()) {
    co_await interim(100);
  }
  std::string body;
  for (;;) {
    connection_.session().take_body(*stream_, body);
    if (body.size() > limit) co_return tl::unexpected(BodyError::TooLarge);
    if (stream_->body_ended) co_return body;
    if (stream_->closed || answer_ == Answer::Aborted) {
      co_return tl::unexpected(BodyError::UnexpectedEof);
    }
    connection_.flush();
    const Wait waited = co_await wait(body_timer_, limits_.body_timeout);
    if (waited == Wait::Expired && stream_->body.empty() && !stream_->body_ended) {
      co_return tl::unexpected(BodyError::Timeout);
    }
  }
}

bool Http2Exchange::begin_answer(Answer next) {
  if (answer_ == Answer::Aborted) return false;
  if (answer_ != Answer::None) throw std::logic_error("a request was answered twice");
  answer_ = next;
  return true;
}

asio::awaitable<void> Http2Exchange::interim(int status) {
  if (answer_ == Answer::None) {
    connection_.session().interim(*stream_, status);
    connection_.flush();
  }
  co_return;
}

void Http2Exchange::respond(int status, const Headers& headers, std::optional<std::size_t> length,
                            bool with_body) {
  connection_.session().respond(*stream_, status, headers, length,
                                with_body ? Http2Session::Body::Follows : Http2Session::Body::None);
  // As in Go, what would end an HTTP/1.1 connection asks the client for a new one.
  if (http1::has_token(headers.all("Connection"), "close")) connection_.session().go_away();
  connection_.flush();
}

Round* Http2Exchange::steps_aside() noexcept {
  // Who has stepped aside goes on alone.
  if (round_ == nullptr) round_ = connection_.steps_aside();
  return round_;
}

asio::awaitable<void> Http2Exchange::send(Response response) {
  if (!begin_answer(Answer::Done)) co_return;
  const bool is_head = stream_->request.method == "HEAD";
  std::optional<std::size_t> length;
  if (body_allowed(response.status) && !(is_head && response.body.empty())) {
    length = response.body.size();
  }
  has_body_ = !is_head && body_allowed(response.status) && !response.body.empty();
  if (has_body_) {
    whole_ = std::move(response.body);
    stream_->output = whole_;
    stream_->output_ended = true;
  }
  respond(response.status, response.headers, length, has_body_);
  co_await output_taken();
}

asio::awaitable<void> Http2Exchange::begin(int status, Headers headers) {
  if (!begin_answer(Answer::Streaming)) co_return;
  has_body_ = stream_->request.method != "HEAD" && body_allowed(status);
  respond(status, headers, std::nullopt, has_body_);
  co_return;
}

asio::awaitable<void> Http2Exchange::write(std::string_view piece) {
  if (answer_ == Answer::Aborted || piece.empty()) co_return;
  if (answer_ != Answer::Streaming) {
    throw std::logic_error("a piece of an answer came outside of begin() and finish()");
  }
  if (!has_body_) co_return;
  stream_->output = piece;
  connection_.session().output_changed(*stream_);
  connection_.flush();
  co_await output_taken();
}

/// What has been taken waits in the connection's own buffer at most, which has a bound.
asio::awaitable<void> Http2Exchange::output_taken() {
  while (!stream_->output.empty() && answer_ != Answer::Aborted) {
    const std::size_t left = stream_->output.size();
    const Wait waited = co_await wait(output_timer_, limits_.write_timeout);
    if (waited == Wait::Expired && stream_->output.size() == left) give_up();
  }
}

asio::awaitable<void> Http2Exchange::finish() {
  if (answer_ == Answer::Aborted) co_return;
  if (answer_ != Answer::Streaming) {
    throw std::logic_error("an answer was finished that has not begun");
  }
  answer_ = Answer::Done;
  if (has_body_) {
    stream_->output_ended = true;
    connection_.session().output_changed(*stream_);
    connection_.flush();
  }
}

asio::awaitable<void> Http2Exchange::hijack(std::string_view /*head*/) {
  throw std::logic_error("a stream of HTTP/2 cannot be taken over");
  co_return;
}

void Http2Exchange::give_up() noexcept {
  gone_ = true;
  answer_ = Answer::Aborted;
  stream_->output = {};
  try {
    connection_.session().fail(*stream_);
    connection_.flush();
  } catch (...) {
    connection_.cut();  // not even the memory for a reset
  }
  end_waits();
}

void Http2Exchange::abort() noexcept {
  if (answer_ == Answer::Aborted) return;
  on_client_gone_ = nullptr;
  give_up();
}

void Http2Exchange::on_client_gone(std::function<void()> callback) {
  if (gone_ && callback) {
    callback();
    return;
  }
  on_client_gone_ = std::move(callback);
}

void Http2Exchange::on_deadline(Time at, std::function<void()> callback) {
  if (on_deadline_) connection_.remove_deadline(*this);
  on_deadline_ = std::move(callback);
  deadline_ = at;
  if (on_deadline_) connection_.add_deadline(*this);
}

void Http2Exchange::deadline_came() {
  const auto callback = on_deadline_;
  on_deadline(Time::max(), nullptr);
  callback();  // the last access: it may end the exchange
}

asio::awaitable<void> Http2Exchange::complete() {
  on_client_gone_ = nullptr;
  if (answer_ == Answer::None) {
    Response nothing;
    co_await send(std::move(nothing));
  } else if (answer_ == Answer::Streaming) {
    co_await finish();
  }
  connection_.session().drop_body(*stream_);
  connection_.flush();
  co_await let_body_end();
}

/// An answer that ended before its request: the client need not send the rest (RFC 9113 section
/// 8.1). What is under way is let in first: curl takes a reset that comes while it sends for the
/// loss of the answer.
asio::awaitable<void> Http2Exchange::let_body_end() {
  if (answer_ == Answer::Aborted) co_return;
  const auto end = std::chrono::steady_clock::now() + kBodyLinger;
  while (!stream_->body_ended && !stream_->closed) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) break;
    co_await wait(body_timer_, left);
  }
  connection_.session().stop_body(*stream_);
  connection_.flush();
}

}  // namespace kaudit::apiserver::http
