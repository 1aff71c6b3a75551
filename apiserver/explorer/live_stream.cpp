// The page's live stream: server-sent events with what changed since the last ones.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "apiserver/explorer/explorer.hpp"
#include "apiserver/explorer/record_json.hpp"
#include "apiserver/explorer/replies.hpp"
#include "apiserver/explorer/rows.hpp"

namespace kaudit::apiserver::explorer {
namespace {

constexpr auto kTick = std::chrono::milliseconds(150);
constexpr int kTicksBetweenBackends = 5;
/// More than that in one tick nobody could read; they are counted as skipped.
constexpr std::size_t kRowsATick = 600;

std::uint64_t version_in(std::string_view text) {
  std::uint64_t version = 0;
  std::from_chars(text.data(), text.data() + text.size(), version);
  return version;
}

void append_message(std::string& out, std::string_view event, std::string_view json) {
  out.append("event: ").append(event).append("\ndata: ").append(json).append("\n\n");
}

}  // namespace

/// A tick waits for the bytes of the one before to leave: a page that does not keep up gets fewer
/// and larger steps, and hears what it has missed.
boost::asio::awaitable<void> Explorer::stream(http::Exchange& exchange, const request::Url& url) {
  std::uint64_t seen = version_in(url.parameter("since"));
  http::Headers headers = safe_headers("text/event-stream");
  co_await exchange.begin(200, std::move(headers));
  boost::asio::steady_timer timer(exchange.executor());
  std::uint64_t policy = 0;
  for (int tick = 0; !exchange.client_gone() && !stopping_; ++tick) {
    std::string messages;
    if (context_.recorder->ring().state().version != seen) {
      std::string rows;
      seen = append_rows(rows, *context_.recorder, seen, kRowsATick);
      append_message(messages, "requests", rows);
    }
    if (tick % kTicksBetweenBackends == 0) append_message(messages, "backends", backends());
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
