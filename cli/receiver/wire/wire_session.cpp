#include "cli/receiver/wire/wire_session.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include "apiserver/http/response_head.hpp"
#include "base/http1/transfer_coding.hpp"

namespace kaudit::cli {
namespace {

namespace http = apiserver::http;
using client::SteadyTime;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kHeadLimit = std::size_t{1} << 20U;
constexpr milliseconds kHandshakeTime{10'000};
constexpr milliseconds kIdleTime{90'000};      // for a request to begin
constexpr milliseconds kHeadTime{32'000};      // from then to the end of its head
constexpr milliseconds kSilence{60'000};       // of a body, or of a client that reads nothing
constexpr std::chrono::minutes kBodyTime{10};  // for all of it
constexpr std::chrono::minutes kSlowBodyTime{60};
constexpr std::chrono::minutes kFaultTime{10};  // of a fault that has no end of its own
constexpr milliseconds kGoodbye{1000};
constexpr milliseconds kBudgetTime{5000};
constexpr milliseconds kTick{50};  // of what is done slowly
constexpr std::string_view kFiller =
    ".............................................................................................."
    "......";

std::string_view unread_text(int status) {
  if (status == 413) return "the body is too large\n";
  return status == 503 ? "too many bodies at a time: try again later\n"
                       : "the chunked coding of the body is broken\n";
}

std::string path_of(const std::string& target) { return target.substr(0, target.find('?')); }

http::Headers headers_of(const WireAnswer& answer) {
  http::Headers headers = answer.headers;
  const FaultEffect& effect = answer.effect;
  if (!effect.redirect.empty()) headers.set("Location", effect.redirect);
  if (!effect.retry_after.empty()) headers.set("Retry-After", effect.retry_after);
  if (!effect.content_type.empty()) headers.set("Content-Type", effect.content_type);
  return headers;
}

}  // namespace

WireSession::WireSession(WireServer& server, WireHandler& handler, WireStream stream,
                         std::uint64_t number, std::string peer)
    : server_(server),
      handler_(handler),
      stream_(std::move(stream)),
      number_(number),
      peer_(std::move(peer)) {}

client::Patience WireSession::patience(milliseconds time) const {
  return {SteadyTime::clock::now() + time, server_.cut_};
}

void WireSession::run(std::uint64_t open) {
  const WireHandler::Welcome welcome = handler_.on_connection(open);
  if (welcome.kind == WireHandler::Welcome::Kind::Refused) return;
  if (welcome.kind == WireHandler::Welcome::Kind::Tls) {
    if (stream_.accept_tls(welcome.tls, patience(kHandshakeTime)) != Wire::Done) {
      handler_.on_tls_failure(stream_.tls_error());
      return;
    }
    peer_name_ = stream_.peer_common_name();
    certificate_ = welcome.certificate;
  }
  while (serve_one() == Next::Request) {
  }
}

http::RequestHeadParser::Progress WireSession::read_head(http::RequestHeadParser& parser) {
  using Progress = http::RequestHeadParser::Progress;
  // Between requests a stop ends it, within one only the end of the grace period does.
  client::Patience idle{SteadyTime::clock::now() + kIdleTime, server_.stop_};
  client::Patience busy = patience(kHeadTime);
  bool begun = !input_.empty();
  std::array<char, 16384> block;
  for (;;) {
    const Progress progress = begun ? parser.parse(input_) : Progress::NeedMore;
    if (progress != Progress::NeedMore) return progress;
    const auto got = stream_.read(block.data(), block.size(), begun ? busy : idle);
    if (got.wire != Wire::Done) return Progress::NeedMore;
    input_.append(block.data(), got.size);
    if (!std::exchange(begun, true)) busy.deadline = SteadyTime::clock::now() + kHeadTime;
  }
}

WireSession::Next WireSession::serve_one() {
  http::RequestHeadParser parser(kHeadLimit, http::LeadingNewlines::Skip);
  const auto progress = read_head(parser);
  if (progress == http::RequestHeadParser::Progress::NeedMore) return Next::End;
  if (progress == http::RequestHeadParser::Progress::Refused) return refuse(parser.refusal());
  const http::RequestHead head = std::move(parser.head());
  input_.erase(0, parser.size());
  WireRequest request;
  request.head = head.request;
  request.head.peer.address = peer_;
  request.path = path_of(head.request.target);
  request.connection = number_;
  request.peer_name = peer_name_;
  request.certificate = certificate_;
  request.begun = SteadyTime::clock::now();
  auto verdict = handler_.on_head(request);
  request.effect = verdict.effect;
  if (verdict.refusal) {
    send(request, http::Persistence::Close, *verdict.refusal);
    if (verdict.refusal->afterwards) verdict.refusal->afterwards();
    return end_gently();
  }
  BudgetShare share(server_.budget_);
  const int refused = read_body(head, request, share);
  if (refused < 0) return Next::End;
  if (refused > 0) {
    handler_.on_unread(request, refused);
    WireAnswer answer(refused, std::string(unread_text(refused)));
    if (refused == 503) answer.headers.add("Retry-After", "1");
    send(request, http::Persistence::Close, answer);
    return end_gently();
  }
  request.whole = SteadyTime::clock::now();
  return answer(request, head, handler_.on_request(request));
}

int WireSession::read_body(const http::RequestHead& head, WireRequest& request,
                           BudgetShare& share) {
  if (head.body.kind == http1::BodyFraming::Kind::None) return 0;
  const std::uint64_t most = server_.limits_.body_bytes;
  if (head.body.length > most) return 413;
  if (head.expectation == http::Expectation::Continue && input_.empty() &&
      !write("HTTP/1.1 100 Continue\r\n\r\n")) {
    return -1;
  }
  const std::uint64_t rate = request.effect.slow_read;
  const auto end = SteadyTime::clock::now() + (rate > 0 ? kSlowBodyTime : kBodyTime);
  std::size_t at_once = std::size_t{256} * 1024;
  if (rate > 0) {
    const std::uint64_t per_tick = rate * static_cast<std::uint64_t>(kTick.count()) / 1000;
    at_once = std::clamp<std::uint64_t>(per_tick, 1, at_once);
  }
  std::string block(at_once, '\0');
  http1::BodyDecoder decoder(head.body);
  for (;;) {
    const std::string_view piece(input_.data(),
                                 rate > 0 ? std::min(input_.size(), at_once) : input_.size());
    input_.erase(0, decoder.decode(piece, &request.body));
    if (request.body.size() > most) return 413;
    if (decoder.state() == http1::BodyDecoder::State::Done) return 0;
    if (decoder.state() == http1::BodyDecoder::State::Malformed) return 400;
    if (!share.cover(request.body.size() + at_once, kBudgetTime)) return 503;
    if (rate > 0) server_.cut_.wait_until(SteadyTime::clock::now() + kTick);
    if (!input_.empty()) continue;
    client::Patience next = patience(kSilence);
    next.deadline = std::min(next.deadline, SteadyTime(end));
    const auto got = stream_.read(block.data(), block.size(), next);
    if (got.wire != Wire::Done) return -1;
    input_.append(block.data(), got.size);
  }
}

WireSession::Next WireSession::answer(WireRequest& request, const http::RequestHead& head,
                                      const WireAnswer& answer) {
  request.body = std::string();
  const FaultEffect& effect = answer.effect;
  if (effect.delay.count() > 0) {
    server_.stop_.wait_until(SteadyTime::clock::now() + effect.delay);
  }
  constexpr std::string_view kInterim = "HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n";
  for (std::uint32_t left = effect.interim; left > 0; --left) {
    if (!write(kInterim)) return Next::End;
  }
  const Next next = effect.cut == Cut::None ? send(request, head.persistence, answer)
                                            : cut_short(request, answer);
  if (answer.afterwards) answer.afterwards();
  return next;
}

WireSession::Next WireSession::send(const WireRequest& request, http::Persistence persistence,
                                    const WireAnswer& answer) {
  if (answer.closes || server_.stop_.is_raised()) persistence = http::Persistence::Close;
  std::string body = answer.body;
  if (body.empty() && !answer.effect.content_type.empty()) body = "what is this\n";
  std::string out;
  http::ResponseFraming framing{http::ResponseFraming::Length::Known,
                                answer.file.empty() ? body.size() : answer.file_size, persistence};
  if (!http::body_allowed(answer.status)) {
    framing.length = http::ResponseFraming::Length::None;
    body.clear();
  }
  http::append_response_head(out, request.head, answer.status, headers_of(answer), framing);
  out += body;
  if (!write(out)) return Next::End;
  if (!answer.file.empty() && !send_file(answer)) return Next::End;
  return persistence == http::Persistence::KeepAlive ? Next::Request : end_gently();
}

bool WireSession::send_file(const WireAnswer& answer) {
  const backends::Descriptor file(::open(answer.file.c_str(), O_RDONLY | O_CLOEXEC));
  std::string block(std::size_t{256} * 1024, '\0');
  for (std::uint64_t left = answer.file_size; left > 0;) {
    const auto count =
        ::read(file.get(), block.data(), std::min<std::uint64_t>(left, block.size()));
    if (count <= 0) return false;  // the client notices: less came than was announced
    if (!write({block.data(), static_cast<std::size_t>(count)})) return false;
    left -= static_cast<std::uint64_t>(count);
  }
  return true;
}

WireSession::Next WireSession::cut_short(const WireRequest& request, const WireAnswer& answer) {
  const auto head = [&](http::ResponseFraming::Length length, std::string_view begin) {
    std::string out;
    http::append_response_head(out, request.head, answer.status, headers_of(answer),
                               {length, kFiller.size(), http::Persistence::KeepAlive});
    write(out.append(begin));
  };
  switch (answer.effect.cut) {
    case Cut::None:
      return Next::Request;
    case Cut::ResetBefore:
      break;
    case Cut::ResetAfter:
      head(http::ResponseFraming::Length::Known, "");
      break;
    case Cut::ResetBody:
      head(http::ResponseFraming::Length::Known, kFiller.substr(kFiller.size() / 2));
      break;
    case Cut::Close:
      return end_gently();
    case Cut::Garbage:
      write("what is this\r\n\r\n");
      return end_gently();
    case Cut::Hang:
      wait_for_client();
      return Next::End;
    case Cut::Endless:
      head(http::ResponseFraming::Length::Chunked, "");
      send_endlessly();
      return Next::End;
  }
  stream_.reset();
  return Next::End;
}

void WireSession::wait_for_client() {
  // Nobody needs its answer: a stop does not wait for it.
  const client::Patience end{SteadyTime::clock::now() + kFaultTime, server_.stop_};
  std::array<char, 4096> dropped;
  while (stream_.read(dropped.data(), dropped.size(), end).wire == Wire::Done) {
  }
}

void WireSession::send_endlessly() {
  const auto end = SteadyTime::clock::now() + kFaultTime;
  std::string chunk;
  http::append_chunk_size(chunk, kFiller.size());
  chunk.append(kFiller).append(http::kChunkEnd);
  while (SteadyTime::clock::now() < end && !server_.stop_.is_raised() && write(chunk)) {
    server_.stop_.wait_until(SteadyTime::clock::now() + kTick);
  }
}

WireSession::Next WireSession::refuse(const http::HeadRefusal& refusal) {
  write("HTTP/1.1 " + refusal.status +
        "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: " +
        std::to_string(refusal.body.size()) + "\r\n\r\n" + refusal.body);
  return end_gently();
}

WireSession::Next WireSession::end_gently() {
  stream_.close_gently(patience(kGoodbye));
  return Next::End;
}

bool WireSession::write(std::string_view bytes) {
  return stream_.write(bytes, patience(kSilence)) == Wire::Done;
}

}  // namespace kaudit::cli
