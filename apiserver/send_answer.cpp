#include "apiserver/send_answer.hpp"

#include <memory>
#include <utility>

#include "apiserver/compression.hpp"

namespace kaudit::apiserver {
namespace {

/// What the filters say of every answer, but for what this one says itself.
http::Headers merged(http::Headers of_filters, const http::Headers& own) {
  for (const auto& line : own.lines()) of_filters.remove(line.name);
  for (const auto& line : own.lines()) of_filters.add(line.name, line.value);
  return of_filters;
}

}  // namespace

boost::asio::awaitable<void> send_answer(RequestScope& scope, Answer answer) {
  const std::shared_ptr<void> until_sent = std::move(scope.until_sent);
  http::Exchange& exchange = scope.exchange;
  http::Response& response = answer.response;
  switch (answer.kind) {
    case Answer::Kind::None:
    case Answer::Kind::Whole:
      response.headers = merged(std::move(scope.headers), response.headers);
      compress_if_large(scope.request(), response);
      co_await exchange.send(std::move(response));
      co_return;
    case Answer::Kind::Stream: {
      http::Headers headers = merged(std::move(scope.headers), response.headers);
      co_await exchange.begin(response.status, std::move(headers));
      break;
    }
    case Answer::Kind::Upgrade:
      co_await exchange.hijack(response.body);
      break;
    case Answer::Kind::Sent:
      co_return;
    case Answer::Kind::Cut:
      exchange.abort();
      co_return;
  }
  co_await std::move(answer.body);
  co_await exchange.finish();
}

}  // namespace kaudit::apiserver
