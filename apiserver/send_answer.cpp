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

/// Ends, with the sending, what the filters have to do with the request.
void end_request(RequestScope& scope) {
  scope.deadline_watch.reset();
  scope.long_running_entry.reset();
  scope.place.reset();
}

/// That, also where a body throws.
class UntilSent {
 public:
  explicit UntilSent(RequestScope& scope) : scope_(scope) {}
  ~UntilSent() { end_request(scope_); }
  UntilSent(const UntilSent&) = delete;
  UntilSent& operator=(const UntilSent&) = delete;

 private:
  RequestScope& scope_;
};

}  // namespace

boost::asio::awaitable<void> send_answer(RequestScope& scope, Answer answer) {
  if (send_answer_now(scope, answer)) co_return;
  co_await send_rest(scope, std::move(answer));
}

bool send_answer_now(RequestScope& scope, Answer& answer) {
  if (!answer.is_whole()) return false;
  http::Response& response = answer.response;
  response.headers = merged(std::move(scope.headers), response.headers);
  compress_if_large(scope.request(), response);
  // Before the client has the answer: who sends its next request then must find the place free.
  scope.place.reset();
  if (!scope.exchange.send_now(response)) return false;
  end_request(scope);
  return true;
}

boost::asio::awaitable<void> send_rest(RequestScope& scope, Answer answer) {
  const UntilSent until_sent(scope);
  http::Exchange& exchange = scope.exchange;
  http::Response& response = answer.response;
  switch (answer.kind) {
    case Answer::Kind::None:
    case Answer::Kind::Whole:
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
