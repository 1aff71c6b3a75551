#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/api/custom/conversion.hpp"
#include "apiserver/api/operations.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/watch/converted_change.hpp"
#include "apiserver/api/watch/watch_request.hpp"
#include "apiserver/api/watch/watch_socket.hpp"
#include "apiserver/api/watch/watch_text.hpp"
#include "apiserver/store/fetch_ahead.hpp"

namespace kaudit::apiserver::api {
namespace {

using Clock = WatchRequest::Clock;

constexpr std::size_t kPiece = std::size_t{64} * 1024;  // sent at once

/// One watch on its way: from the store to the client, as lines or as WebSocket frames.
class Stream {
 public:
  Stream(Call& call, const WatchRequest& request, WatchText::Framing framing)
      : call_(call),
        request_(request),
        converts_(has_converter(call)),
        before_(request.selection.everything() ? Before::DoesNotCount : Before::Counts),
        text_(call, request.selection, request.view, framing) {}

  boost::asio::awaitable<void> run(store::StartedWatch started, WatchSocket* socket) {
    const bool sent = co_await send_existing(started);
    if (!sent) co_return;
    store::Watch& watch = *started.watch;
    const Cancellation::Subscription stop(call_.scope.cancellation,
                                          [&watch] { watch.interrupt(); });
    if (socket != nullptr) socket->wakes([&watch] { watch.interrupt(); });
    std::optional<custom::Retirement::Subscription> retirement;
    if (call_.definition) {
      retirement.emplace(call_.definition->retirement, call_.scope.exchange.executor(),
                         [&watch] { watch.interrupt(); });
    }
    Clock::time_point bookmark_due = first_bookmark_due();
    while (!over(watch, socket)) {
      // Once its definition is another one, a watch gives what has happened so far and ends.
      const bool retired = call_.definition && call_.definition->retirement->retired();
      const auto until = retired ? Clock::now() : std::min(request_.deadline, bookmark_due);
      auto changes = co_await watch.next(until);
      if (retired && changes.empty()) break;
      std::string out = socket == nullptr ? std::string() : socket->take_replies();
      // A client that does not read keeps no more than the piece that it does not take.
      for (store::ChangePtr& change : changes) {
        if (converts_) {
          auto converted = co_await convert_change(call_, std::move(change), before_);
          if (!converted) {
            text_.append_error(out, converted.error());
            co_await call_.scope.exchange.write(out);
            co_return;  // a client that lists again may have more luck
          }
          change = *std::move(converted);
        }
        text_.append_change(out, *change);
        change.reset();
        if (out.size() < kPiece) continue;
        co_await call_.scope.exchange.write(out);
        if (call_.scope.cancellation.cancelled()) co_return;  // nobody takes the rest
        out.clear();
      }
      if (const auto now = Clock::now(); now >= bookmark_due && !watch.cut()) {
        text_.append_bookmark(out, watch.seen(), WatchText::Mark::None);
        bookmark_due = next_bookmark_after(now);
      }
      if (!out.empty()) co_await call_.scope.exchange.write(out);
    }
  }

  /// As from the real server's watch cache: the refusal is an event of the stream.
  boost::asio::awaitable<void> refuse(const audit::Status& status) {
    std::string out;
    text_.append_error(out, status);
    co_await call_.scope.exchange.write(out);
  }

 private:
  bool over(const store::Watch& watch, const WatchSocket* socket) const {
    return call_.scope.cancellation.cancelled() || Clock::now() >= request_.deadline ||
           watch.cut() || (socket != nullptr && socket->closed());
  }

  // The end of what existed has been marked by one.
  Clock::time_point first_bookmark_due() const {
    const Clock::time_point now = Clock::now();
    if (request_.bookmarks == WatchRequest::Bookmarks::No ||
        request_.initial_events == WatchRequest::InitialEvents::EndWithBookmark) {
      return next_bookmark_after(now);
    }
    return first_bookmark(now, request_.deadline, call_.options.bookmark_period);
  }

  Clock::time_point next_bookmark_after(Clock::time_point now) const {
    if (request_.bookmarks == WatchRequest::Bookmarks::No) return Clock::time_point::max();
    return next_bookmark(now, request_.deadline, call_.options.bookmark_period);
  }

  /// False when there is nothing more to send.
  boost::asio::awaitable<bool> send_existing(store::StartedWatch& started) {
    std::string out;
    if (converts_) {
      auto converted = co_await convert_stored(call_, started.objects.copy());
      if (!converted) {
        co_await refuse(converted.error());
        co_return false;
      }
      started.objects = store::ObjectList(*std::move(converted));
    }
    std::vector<store::ObjectRun> runs = runs_of(std::move(started.objects));
    store::FetchAhead ahead(runs);
    for (store::ObjectRun& run : runs) {
      for (const objects::ObjectPtr& object : run.objects) {
        ahead.step();
        text_.append_existing(out, object);
        if (out.size() < kPiece) continue;
        co_await call_.scope.exchange.write(out);
        out.clear();
      }
      run = {};
    }
    if (request_.initial_events == WatchRequest::InitialEvents::EndWithBookmark) {
      text_.append_bookmark(out, started.resource_version, WatchText::Mark::InitialEventsEnd);
    }
    if (!out.empty()) co_await call_.scope.exchange.write(out);
    co_return true;
  }

  Call& call_;
  const WatchRequest& request_;
  const bool converts_;
  const Before before_;
  WatchText text_;
};

boost::asio::awaitable<void> stream(Call& call, const WatchRequest& request,
                                    store::Outcome<store::StartedWatch> started,
                                    WatchText::Framing framing, WatchSocket* socket) {
  Stream stream(call, request, framing);
  if (started) {
    co_await stream.run(*std::move(started), socket);
  } else {
    co_await stream.refuse(expired(request.after.value_or(0), call.store().resource_version()));
  }
}

// The bodies of the two kinds of answer. They outlive the handler, so what they need is their own.

boost::asio::awaitable<void> stream_lines(Call call, WatchRequest request,
                                          store::Outcome<store::StartedWatch> started) {
  co_await stream(call, request, std::move(started), WatchText::Framing::Stream, nullptr);
}

boost::asio::awaitable<void> stream_frames(Call call, WatchRequest request,
                                           store::Outcome<store::StartedWatch> started) {
  WatchSocket socket(call.scope);
  co_await stream(call, request, std::move(started), WatchText::Framing::WebSocket, &socket);
  co_await socket.close();
}

boost::asio::awaitable<void> nothing_more() { co_return; }

Answer lines(const Call& call, WatchRequest request, store::Outcome<store::StartedWatch> started) {
  http::Headers headers;
  const ObjectFormat format = call.representation.format();
  headers.set("Content-Type", format == ObjectFormat::Json
                                  ? std::string(media_type(format))
                                  : std::string(media_type(format)).append(";stream=watch"));
  return Answer::stream(200, std::move(headers),
                        stream_lines(call, std::move(request), std::move(started)));
}

// However the handshake ends, it decides the status line. (So audit events say 101 of one that is
// refused, too: facts 19.)
Answer frames(const Call& call, WatchRequest request, store::Outcome<store::StartedWatch> started) {
  http::websocket::Handshake handshake = http::websocket::shake_hands(call.scope.request());
  return Answer::upgrade(101, std::move(handshake.answer),
                         handshake.accepted
                             ? stream_frames(call, std::move(request), std::move(started))
                             : nothing_more());
}

}  // namespace

Streamed watch(Call& call) {
  auto request = WatchRequest::read(call);
  if (!request) co_return answer_with(call.scope, std::move(request.error()));
  // Named: g++ 12 copies braced aggregates in a co_await expression bit by bit.
  const store::WatchStart start{request->after, call.scope.exchange.executor()};
  auto started = co_await call.store().watch(request->selection.prefix(), start);
  if (!started && started.error() != store::Refusal::Expired) {
    co_return answer_with(call.scope, refused(call, started.error()));
  }
  co_return WatchSocket::asked_for(call.scope.request())
      ? frames(call, *std::move(request), std::move(started))
      : lines(call, *std::move(request), std::move(started));
}

}  // namespace kaudit::apiserver::api
