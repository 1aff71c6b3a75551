#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "apiserver/filters/filters.hpp"
#include "apiserver/send_answer.hpp"

namespace kaudit::apiserver::filters {
namespace {

namespace asio = boost::asio;

/// Unlike every other Status this one has no kind: the filter that sends it has no codec.
Answer timed_out() {
  audit::Status status;
  status.status = "Failure";
  status.message = "Timeout: request did not complete within the allotted timeout";
  status.reason = "Timeout";
  status.details.emplace();
  status.code = 504;
  std::string body;
  audit::append_json(body, status);
  return Answer::text(504, "text/plain; charset=utf-8", std::move(body));
}

// The request waits for it (wait_for_504), so that the scope is there.
asio::awaitable<void> answer_in_place(RequestScope& scope) {
  co_await send_answer(scope, timed_out());
  scope.timeout_answer.state = TimeoutAnswer::State::Sent;
  scope.timeout_answer.sent->cancel();
}

void expire(RequestScope& scope) {
  if (scope.answer_decided) {
    // Part of the handler's answer may be with the client, where nothing can take it back.
    scope.exchange.abort();
  } else {
    // The handler cannot be made to return: the 504 goes past it, and it runs on.
    scope.timeout_answer.state = TimeoutAnswer::State::UnderWay;
    scope.timeout_answer.sent.emplace(scope.exchange.executor(),
                                      asio::steady_timer::time_point::max());
    asio::co_spawn(scope.exchange.executor(), answer_in_place(scope), asio::detached);
  }
  scope.cancellation.cancel(Cancellation::Reason::DeadlineExceeded);
}

asio::awaitable<void> wait_for_504(TimeoutAnswer& answer) {
  co_await answer.sent->async_wait(asio::as_tuple(asio::use_awaitable));
}

/// Gives what comes from behind in time. What the handler answers after the 504 goes nowhere; the
/// body of a stream still runs, because its events are due.
awaitable<Answer> until_deadline(RequestScope& scope, Next next) {
  std::optional<Answer> given;
  std::exception_ptr panic;
  try {
    given.emplace(co_await next(scope));
  } catch (...) {
    panic = std::current_exception();
  }
  TimeoutAnswer& in_place = scope.timeout_answer;
  if (in_place.state == TimeoutAnswer::State::UnderWay) co_await wait_for_504(in_place);
  if (panic) std::rethrow_exception(panic);
  if (in_place.state != TimeoutAnswer::State::Sent) {
    scope.answer_decided = true;
    co_return *std::move(given);
  }
  if (given->has_body()) {
    scope.exchange.abort();
    co_await std::move(given->body);
  }
  co_return Answer::sent();
}

}  // namespace

awaitable<Answer> timeout(RequestScope& scope, Next next) {
  if (scope.info.long_running) {
    scope.long_running_entry.emplace(*next.services().long_running, scope.cancellation,
                                     scope.exchange.executor());
    return next(scope);
  }
  // The deadline is one for sending, too.
  scope.deadline_watch.emplace(scope.exchange, scope.deadline, [&scope] { expire(scope); });
  return until_deadline(scope, next);
}

}  // namespace kaudit::apiserver::filters
