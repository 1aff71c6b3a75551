// The page's live stream: server-sent events with what changed since the last ones.
#include <chrono>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "apiserver/explorer/explorer.hpp"
#include "apiserver/explorer/record_json.hpp"
#include "apiserver/explorer/replies.hpp"
#include "apiserver/explorer/rows/rows.hpp"

namespace kaudit::apiserver::explorer {
namespace {

constexpr auto kTick = std::chrono::milliseconds(200);
constexpr int kTicksBetweenBackends = 4;
/// More than that in one tick nobody could read; they are counted as skipped.
constexpr std::size_t kRowsATick = 600;

void append_message(std::string& out, std::string_view event, std::string_view json) {
  out.append("event: ").append(event).append("\ndata: ").append(json).append("\n\n");
}

}  // namespace

/// A tick waits for the bytes of the one before to leave: a page that does not keep up gets fewer
/// and larger steps, and hears what it has missed.
boost::asio::awaitable<void> Explorer::stream(http::Exchange& exchange, const request::Url& url) {
  auto filter = RowFilter::read(url.parameter("filter"));
  if (!filter) {
    co_await exchange.send(error_reply(400, filter.error().message));
    co_return;
  }
  RowFeed feed(*context_.recorder, *std::move(filter),
               number_in(url.parameter("since")).value_or(0));
  http::Headers headers = safe_headers("text/event-stream");
  co_await exchange.begin(200, std::move(headers));
  boost::asio::steady_timer timer(exchange.executor());
  std::uint64_t policy = 0;
  for (int tick = 0; !exchange.client_gone() && !stopping_; ++tick) {
    std::string messages;
    if (tick == 0 || feed.has_news()) {
      std::string rows;
      feed.append_news(rows, tick == 0 ? RowFeed::kMaxRows : kRowsATick);
      append_message(messages, "requests", rows);
    }
    if (tick % kTicksBetweenBackends == 0) {
      append_message(messages, "backends", backends());
      if (context_.receiver != nullptr) {
        std::string state;
        context_.receiver->append_state(state);
        append_message(messages, "receiver", state);
      }
    }
    const PolicyVersion& in_force = context_.policy->current();
    if (in_force.number != policy) {
      policy = in_force.number;
      std::string json;
      append_policy(json, in_force);
      append_message(messages, "policy", json);
    }
    if (!messages.empty()) co_await exchange.write(messages);
    timer.expires_after(kTick);
    co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
  co_await exchange.finish();
}

}  // namespace kaudit::apiserver::explorer
