#include "apiserver/send_answer.hpp"

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

/// Ends, with the sending, what the timeout filter has to do with the request.
class UntilSent {
 public:
  explicit UntilSent(RequestScope& scope) : scope_(scope) {}
  ~UntilSent() {
    scope_.deadline_watch.reset();
    scope_.long_running_entry.reset();
  }
  UntilSent(const UntilSent&) = delete;
  UntilSent& operator=(const UntilSent&) = delete;

 private:
  RequestScope& scope_;
};

}  // namespace

boost::asio::awaitable<void> send_answer(RequestScope& scope, Answer answer) {
  const UntilSent until_sent(scope);
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
