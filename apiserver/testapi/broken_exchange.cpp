#include "apiserver/testapi/broken_exchange.hpp"

#include <utility>

#include "apiserver/loopback/memory_exchange.hpp"

namespace kaudit::apiserver::testapi {

using http::asio::awaitable;
using Reset = FaultAction::Reset;
using Bookmarks = WatchFault::Bookmarks;

BrokenExchange::BrokenExchange(http::Exchange& transport, const std::atomic<std::uint64_t>& epoch)
    : inner_(transport),
      epoch_(epoch),
      loopback_(dynamic_cast<loopback::MemoryExchange*>(&transport) != nullptr) {}

void BrokenExchange::expect_watch(std::optional<WatchFault> fault) {
  watch_.emplace();
  watch_->fault = fault;
  watch_->epoch = epoch_.load();
}

void BrokenExchange::on_client_gone(std::function<void()> callback) {
  gone_ = callback;
  inner_.on_client_gone(std::move(callback));
}

void BrokenExchange::cut() {
  inner_.abort();
  if (gone_) gone_();
}

awaitable<void> BrokenExchange::send(http::Response response) {
  switch (reset_) {
    case Reset::None:
    case Reset::Before:
      break;
    case Reset::After:
      cut();
      co_return;
    case Reset::MidBody: {
      const std::string half = response.body.substr(0, response.body.size() / 2);
      co_await inner_.begin(response.status, std::move(response.headers));
      co_await inner_.write(half);
      cut();
      co_return;
    }
  }
  co_await inner_.send(std::move(response));
}

awaitable<void> BrokenExchange::begin(int status, http::Headers headers) {
  if (reset_ == Reset::After) {
    cut();
    co_return;
  }
  if (watch_) {
    const std::string_view type = headers.first("Content-Type").value_or("");
    if (type.starts_with("application/vnd.kubernetes.protobuf")) {
      watch_->framing = WatchFraming::Frames;
    }
    if (status != 200) watch_.reset();
  }
  co_await inner_.begin(status, std::move(headers));
  co_await end_if_due();
}

awaitable<void> BrokenExchange::hijack(std::string_view head) {
  if (reset_ == Reset::After) {
    cut();
    co_return;
  }
  if (watch_) watch_->framing = WatchFraming::Messages;
  co_await inner_.hijack(head);
  co_await end_if_due();
}

awaitable<void> BrokenExchange::write(std::string_view piece) {
  if (watch_) {
    co_await write_watched(piece);
    co_return;
  }
  if (reset_ == Reset::MidBody) {
    co_await inner_.write(piece.substr(0, piece.size() / 2));
    cut();
    co_return;
  }
  co_await inner_.write(piece);
}

std::string BrokenExchange::filtered(std::string_view piece) {
  WatchedStream& watch = *watch_;
  std::string out;
  while (!piece.empty() && !watch.over) {
    const std::size_t size = first_event(piece, watch.framing);
    if (size == 0) break;
    const std::string_view event = piece.substr(0, size);
    piece.remove_prefix(size);
    const bool bookmark = is_bookmark(event, watch.framing);
    if (bookmark && watch.fault->bookmarks == Bookmarks::Dropped) continue;
    out += event;
    if (bookmark && watch.fault->bookmarks == Bookmarks::Repeated) out += event;
    if (!bookmark && is_event(event, watch.framing)) ++watch.events;
    if (watch.fault->cut_after && watch.events >= *watch.fault->cut_after) watch.over = true;
  }
  if (!watch.over) out += piece;
  return out;
}

awaitable<void> BrokenExchange::write_watched(std::string_view piece) {
  if (watch_->over) co_return;
  if (watch_->epoch != epoch_.load()) {  // of before everything was put back
    if (gone_) gone_();
    co_return;
  }
  if (!watch_->fault) {
    co_await inner_.write(piece);
    co_return;
  }
  const std::string out = filtered(piece);
  if (!out.empty()) co_await inner_.write(out);
  if (watch_->over) {
    watch_->over = false;
    co_await end_if_due();
  }
}

awaitable<void> BrokenExchange::end_if_due() {
  if (!watch_ || !watch_->fault) co_return;
  const WatchFault& fault = *watch_->fault;
  const bool due = fault.cut_after ? watch_->events >= *fault.cut_after : fault.gone;
  if (!due) co_return;
  watch_->over = true;
  if (!fault.gone) {
    cut();
    co_return;
  }
  co_await inner_.write(gone_event(watch_->framing));
  if (gone_) gone_();  // it ends properly: nobody waits for what it would go on with
}

awaitable<void> BrokenExchange::finish() {
  // As a compaction ends a watch: the client has to list anew.
  if (watch_ && !watch_->over && watch_->epoch != epoch_.load() && !inner_.client_gone()) {
    const std::string event = gone_event(watch_->framing);
    if (!event.empty()) co_await inner_.write(event);
  }
  co_await inner_.finish();
}

}  // namespace kaudit::apiserver::testapi
