#include "apiserver/http/http1_exchange.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/http1/header_syntax.hpp"

namespace kaudit::apiserver::http {
namespace {

/// Answers up to this size leave in one piece with their head.
constexpr std::size_t kGatherLimit = 64 * 1024;
constexpr std::size_t kHeadEstimate = 512;
/// A thread's bytes for answers are kept up to this size.
constexpr std::size_t kKeptBytes = 16 * 1024;
constexpr std::size_t kChunkFrame = 20;
/// Less than this of a body nobody read is dropped to keep a connection; net/http has the same
/// limit.
constexpr std::size_t kDrainLimit = 256 * 1024;
/// Of an announced length no more is reserved before a byte of it has come.
constexpr std::uint64_t kReserveLimit = 64 * 1024;

}  // namespace

Http1Exchange::Http1Exchange(Wire& wire, RequestHead&& head, Limits limits,
                             const ConnectionEnvironment& environment)
    : wire_(wire),
      head_(std::move(head)),
      limits_(limits),
      environment_(environment),
      body_(head_.body),
      closes_(head_.persistence == Persistence::Close) {
  goes_on();
}

asio::awaitable<tl::expected<std::string, BodyError>> Http1Exchange::read_body(std::size_t limit) {
  if (std::exchange(body_asked_for_, true)) {
    throw std::logic_error("the body of a request was read twice");
  }
  auto body = co_await receive_body(limit);
  wire_.never_expire_reads();
  if (body) {
    wire_.watch();
  } else {
    closes_ = true;  // what follows on the connection is not a request
  }
  co_return body;
}

asio::awaitable<tl::expected<std::string, BodyError>> Http1Exchange::receive_body(
    std::size_t limit) {
  if (body_.announced() > limit) {
    co_return tl::unexpected(BodyError::TooLarge);
  }
  if (head_.expectation == Expectation::Continue && answer_ == Answer::None) {
    continue_sent_ = true;
    co_await wire_.write("HTTP/1.1 100 Continue\r\n\r\n");
  }
  std::string body;
  body.reserve(std::min(body_.announced(), kReserveLimit));
  for (;;) {
    wire_.consume(body_.decode(wire_.received(), &body));
    if (body.size() > limit) {
      co_return tl::unexpected(BodyError::TooLarge);
    }
    switch (body_.state()) {
      case http1::BodyDecoder::State::Done:
        co_return body;
      case http1::BodyDecoder::State::Malformed:
        co_return tl::unexpected(BodyError::Malformed);
      case http1::BodyDecoder::State::NeedMore:
        break;
    }
    wire_.expire_reads_after(limits_.body_timeout);
    switch (co_await wire_.fill()) {
      case Wire::Fill::Data:
        break;
      case Wire::Fill::Closed:
        co_return tl::unexpected(BodyError::UnexpectedEof);
      case Wire::Fill::Timeout:
        co_return tl::unexpected(BodyError::Timeout);
    }
  }
}

bool Http1Exchange::begin_answer(Answer next) {
  if (answer_ == Answer::Aborted) {
    return false;
  }
  if (answer_ != Answer::None) {
    throw std::logic_error("a request was answered twice");
  }
  answer_ = next;
  return true;
}

Persistence Http1Exchange::decide_persistence(const Headers& headers) {
  const bool waits_for_continue =
      head_.expectation == Expectation::Continue && !continue_sent_ && body_awaited();
  closes_ = closes_ || environment_.stopping || waits_for_continue ||
            body_.announced() >= kDrainLimit ||
            http1::has_token(headers.all("Connection"), "close");
  return closes_ ? Persistence::Close : Persistence::KeepAlive;
}

asio::awaitable<void> Http1Exchange::interim(int status) {
  // HTTP/1.0 clients do not know interim answers; after the answer has begun there is no place for
  // one.
  if (answer_ != Answer::None || head_.request.http_1_0) {
    co_return;
  }
  co_await wire_.write("HTTP/1.1 " + std::to_string(status) + " " +
                       std::string(status_text(status)) + "\r\n\r\n");
}

/// Decides how a whole answer stands on the wire, and returns what of its body is sent.
std::string_view Http1Exchange::frame(const Response& response) {
  const bool is_head = head_.request.method == "HEAD";
  framing_.persistence = decide_persistence(response.headers);
  if (body_allowed(response.status) && !(is_head && response.body.empty())) {
    framing_.length = ResponseFraming::Length::Known;
    framing_.size = response.body.size();
  }
  return is_head || !body_allowed(response.status) ? std::string_view() : response.body;
}

Round* Http1Exchange::steps_aside() noexcept {
  if (!environment_.is_shared()) return nullptr;
  // The watch would begin, with a read and a wait, before it is this answer's turn.
  wire_.unwatch();
  return &environment_.round;
}

void Http1Exchange::goes_on() {
  // While a body is due the handler learns of the client's end by reading it.
  if (!body_awaited()) wire_.watch();
}

bool Http1Exchange::send_now(const Response& response) {
  if (response.body.size() > kGatherLimit) return false;
  if (!begin_answer(Answer::Done)) return true;
  unsent_ = write_gathered(response, frame(response));
  return unsent_.empty();
}

asio::awaitable<void> Http1Exchange::send(Response response) {
  if (unsent_.empty() && send_now(response)) co_return;
  if (!unsent_.empty()) {
    const std::string rest = std::exchange(unsent_, {});
    co_await wire_.write(rest);
    co_return;
  }
  // Its body is large, and is not copied to leave with the head.
  if (!begin_answer(Answer::Done)) co_return;
  const std::string_view body = frame(response);
  const std::string rest = write_gathered(response, {});
  if (!rest.empty()) co_await wire_.write(rest);
  co_await wire_.write(body);
}

/// Writes the head and what is to leave in one piece with it, and returns what the kernel had no
/// room for. Most answers go out whole, from bytes that a thread uses for one after the other.
std::string Http1Exchange::write_gathered(const Response& response, std::string_view body) {
  thread_local std::string out;
  out.clear();
  append_response_head(out, head_.request, response.status, response.headers, framing_);
  out.append(body);
  const std::size_t written = wire_.write_now(out);
  std::string rest = written == out.size() ? std::string() : out.substr(written);
  if (out.capacity() > kKeptBytes) {
    std::string().swap(out);
  }
  return rest;
}

asio::awaitable<void> Http1Exchange::begin(int status, Headers headers) {
  if (!begin_answer(Answer::Streaming)) {
    co_return;
  }
  if (body_allowed(status) && head_.request.method != "HEAD") {
    framing_.length = head_.request.http_1_0 ? ResponseFraming::Length::UntilClose
                                             : ResponseFraming::Length::Chunked;
    closes_ = closes_ || head_.request.http_1_0;
  }
  framing_.persistence = decide_persistence(headers);
  if (!closes_ && body_awaited()) {
    co_await drain_body();
    framing_.persistence = closes_ ? Persistence::Close : Persistence::KeepAlive;
  }
  watch_stream();
  std::string out;
  out.reserve(kHeadEstimate);
  append_response_head(out, head_.request, status, headers, framing_);
  co_await wire_.write(out);
}

/// A stream may last for hours, so that whatever the client still sends must not hide its end.
void Http1Exchange::watch_stream() {
  wire_.never_expire_reads();
  wire_.drop_overflow();
  wire_.watch();
}

asio::awaitable<void> Http1Exchange::hijack(std::string_view head) {
  if (!begin_answer(Answer::Streaming)) {
    co_return;
  }
  framing_.length = ResponseFraming::Length::UntilClose;
  closes_ = true;
  hijacked_ = true;
  wire_.never_expire_reads();
  wire_.watch();  // what would be a body belongs to the other protocol
  co_await wire_.write(head);
}

void Http1Exchange::consume(std::size_t size) noexcept {
  wire_.consume(size);
  // The watching rests while too much lies unread: there is room again.
  if (hijacked_ && answer_ == Answer::Streaming) {
    wire_.watch();
  }
}

asio::awaitable<void> Http1Exchange::write(std::string_view piece) {
  if (answer_ == Answer::Aborted || piece.empty()) {
    co_return;
  }
  if (answer_ != Answer::Streaming) {
    throw std::logic_error("a piece of an answer came outside of begin() and finish()");
  }
  switch (framing_.length) {
    case ResponseFraming::Length::None:
    case ResponseFraming::Length::Known:
      break;
    case ResponseFraming::Length::UntilClose:
      co_await wire_.write(piece);
      break;
    case ResponseFraming::Length::Chunked:
      co_await write_chunk(piece);
      break;
  }
}

/// What is large is not copied to stand between its frame.
asio::awaitable<void> Http1Exchange::write_chunk(std::string_view piece) {
  std::string out;
  const bool large = piece.size() > kGatherLimit;
  out.reserve(large ? kChunkFrame : piece.size() + kChunkFrame);
  append_chunk_size(out, piece.size());
  if (large) {
    co_await wire_.write(out);
    co_await wire_.write(piece);
    out.clear();
  } else {
    out.append(piece);
  }
  out.append(kChunkEnd);
  co_await wire_.write(out);
}

asio::awaitable<void> Http1Exchange::finish() {
  if (answer_ == Answer::Aborted) {
    co_return;
  }
  if (answer_ != Answer::Streaming) {
    throw std::logic_error("an answer was finished that has not begun");
  }
  answer_ = Answer::Done;
  if (framing_.length == ResponseFraming::Length::Chunked) {
    co_await wire_.write(kLastChunk);
  }
}

void Http1Exchange::abort() noexcept {
  if (answer_ == Answer::Aborted) {
    return;
  }
  // An answer that ends with the connection would pass for whole if TLS said goodbye.
  const bool cut_short =
      answer_ == Answer::Streaming && framing_.length == ResponseFraming::Length::UntilClose;
  answer_ = Answer::Aborted;
  wire_.cut(cut_short ? Wire::Farewell::None : Wire::Farewell::CloseNotify);
}

void Http1Exchange::on_client_gone(std::function<void()> callback) {
  wire_.on_client_gone(std::move(callback));
}

void Http1Exchange::on_deadline(Time at, std::function<void()> callback) {
  wire_.on_deadline(at, std::move(callback));
}

void Http1Exchange::on_received(std::function<void()> callback) {
  wire_.on_received(std::move(callback));
}

bool Http1Exchange::end_handling() {
  wire_.unwatch();
  wire_.on_received(nullptr);
  wire_.on_client_gone(nullptr);
  closes_ = closes_ || wire_.overflowed();
  return answer_ == Answer::None || answer_ == Answer::Streaming || (!closes_ && body_awaited());
}

asio::awaitable<void> Http1Exchange::complete() {
  if (answer_ == Answer::None) {
    Response nothing;
    co_await send(std::move(nothing));
  } else if (answer_ == Answer::Streaming) {
    co_await finish();
  }
  if (!wire_.is_cut() && !closes_ && body_awaited()) {
    co_await drain_body();
  }
}

Http1Exchange::Outcome Http1Exchange::outcome() const noexcept {
  if (wire_.is_cut()) {
    return Outcome::Close;
  }
  if (!closes_) {
    return Outcome::KeepAlive;
  }
  // Of another protocol something may always be under way.
  const bool unread =
      hijacked_ || body_.state() != http1::BodyDecoder::State::Done || !wire_.received().empty();
  return unread ? Outcome::CloseLingering : Outcome::Close;
}

asio::awaitable<void> Http1Exchange::drain_body() {
  wire_.expire_reads_after(limits_.drain_timeout);
  for (std::size_t dropped = 0; dropped <= kDrainLimit;) {
    const std::size_t size = body_.decode(wire_.received(), nullptr);
    wire_.consume(size);
    dropped += size;
    if (body_.state() == http1::BodyDecoder::State::Done) {
      wire_.never_expire_reads();
      co_return;
    }
    if (!body_awaited() || co_await wire_.fill() != Wire::Fill::Data) {
      break;
    }
  }
  closes_ = true;
}

}  // namespace kaudit::apiserver::http
