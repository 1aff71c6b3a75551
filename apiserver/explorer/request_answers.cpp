// What the explorer answers about requests: their rows, one of them whole, whom it was delivered
// with.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "apiserver/explorer/explorer.hpp"
#include "apiserver/explorer/record_json.hpp"
#include "apiserver/explorer/replies.hpp"
#include "apiserver/explorer/rows/row_filter.hpp"
#include "apiserver/explorer/rows/rows.hpp"
#include "apiserver/explorer/trace/traces.hpp"
#include "audit/level.hpp"

namespace kaudit::apiserver::explorer {

using boost::asio::awaitable;

awaitable<void> Explorer::requests(http::Exchange& exchange, const request::Url& url) {
  if (url.has_parameter("auditID")) {
    const auto record = context_.recorder->ring().find(url.parameter("auditID"));
    if (!record) {
      co_await exchange.send(error_reply(404, "no request with this audit ID is remembered"));
      co_return;
    }
    std::string whole;
    append_record(whole, *record);
    co_await exchange.send(json_reply(200, std::move(whole)));
    co_return;
  }
  auto filter = RowFilter::read(url.parameter("filter"));
  if (!filter) {
    co_await exchange.send(error_reply(400, filter.error().message));
    co_return;
  }
  const std::uint64_t since = number_in(url.parameter("since")).value_or(0);
  const std::uint64_t limit = number_in(url.parameter("limit")).value_or(RowFeed::kMaxRows);
  std::string rows;
  RowFeed(*context_.recorder, *std::move(filter), since)
      .append_news(rows, std::min<std::uint64_t>(limit, RowFeed::kMaxRows));
  co_await exchange.send(json_reply(200, std::move(rows)));
}

awaitable<void> Explorer::request(http::Exchange& exchange, std::string_view what) {
  constexpr std::string_view kOtherLevels = "/levels/";
  const std::size_t slash = what.find(kOtherLevels);
  const auto wanted = number_in(what.substr(0, slash));
  const auto record = wanted ? context_.recorder->ring().find(*wanted) : std::nullopt;
  const auto level = slash == what.npos
                         ? std::nullopt
                         : audit::parse_level(what.substr(slash + kOtherLevels.size()));
  if (slash != what.npos && !level) {
    co_await exchange.send(
        error_reply(404, "the levels are None, Metadata, Request and RequestResponse"));
    co_return;
  }
  if (!record) {
    co_await exchange.send(error_reply(404, "this request is not remembered"));
    co_return;
  }
  std::string whole;
  if (level) {
    append_level(whole, *record, *level);
  } else {
    append_record(whole, *record);
  }
  co_await exchange.send(json_reply(200, std::move(whole)));
}

awaitable<void> Explorer::batches(http::Exchange& exchange, const request::Url& url) {
  constexpr std::size_t kMaxCompanions = 200;
  const std::uint64_t batch = number_in(url.parameter("batch")).value_or(0);
  std::string numbers;
  for (const std::uint64_t number : context_.recorder->ring().in_batch(
           url.parameter("backend"), batch, batch == 0 ? 0 : kMaxCompanions)) {
    numbers += (numbers.empty() ? "" : ",") + std::to_string(number);
  }
  co_await exchange.send(json_reply(200, R"({"numbers":[)" + numbers + "]}"));
}

awaitable<void> Explorer::trace(http::Exchange& exchange) {
  auto body = co_await read_object(exchange);
  if (!body) {
    co_await exchange.send(std::move(body.error()));
    co_return;
  }
  std::string json;
  append_traces(json, *body, *context_.recorder,
                context_.reports ? context_.reports() : std::vector<audit::Report>());
  co_await exchange.send(json_reply(200, std::move(json)));
}

}  // namespace kaudit::apiserver::explorer
