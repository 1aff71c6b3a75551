#include <exception>
#include <memory>
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

/// What the timer and the request share. It lives as long as the request's scope: the timer that
/// expires later finds nothing.
struct Deadline {
  explicit Deadline(RequestScope& of)
      : scope(of), timer(of.exchange.executor()), answered(of.exchange.executor()) {}
  RequestScope& scope;
  asio::steady_timer timer;
  asio::steady_timer answered;  // never expires by itself: cancelled when the 504 is sent
  enum class Answer504 : std::uint8_t { No, UnderWay, Sent } answer = Answer504::No;
};

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

asio::awaitable<void> answer_in_place(std::shared_ptr<Deadline> deadline) {
  co_await send_answer(deadline->scope, timed_out());
  deadline->answer = Deadline::Answer504::Sent;
  deadline->answered.cancel();
}

void expire(const std::shared_ptr<Deadline>& deadline) {
  RequestScope& scope = deadline->scope;
  if (scope.answer_decided) {
    // Part of the handler's answer may be with the client, where nothing can take it back.
    scope.exchange.abort();
  } else {
    // The handler cannot be made to return: the 504 goes past it, and it runs on.
    deadline->answer = Deadline::Answer504::UnderWay;
    asio::co_spawn(scope.exchange.executor(), answer_in_place(deadline), asio::detached);
  }
  scope.cancellation.cancel(Cancellation::Reason::DeadlineExceeded);
}

asio::awaitable<void> wait_for_504(Deadline& deadline) {
  if (deadline.answer != Deadline::Answer504::UnderWay) co_return;
  deadline.answered.expires_at(asio::steady_timer::time_point::max());
  co_await deadline.answered.async_wait(asio::as_tuple(asio::use_awaitable));
}

void start(const std::shared_ptr<Deadline>& deadline) {
  deadline->timer.expires_at(deadline->scope.deadline);
  deadline->timer.async_wait(
      [weak = std::weak_ptr<Deadline>(deadline)](const boost::system::error_code& error) {
        const auto still_there = weak.lock();
        if (!error && still_there) expire(still_there);
      });
}

/// What the handler answers after the 504 goes nowhere; the body of a stream still runs, because
/// its events are due.
asio::awaitable<Answer> come_too_late(RequestScope& scope, Answer answer) {
  if (answer.has_body()) {
    scope.exchange.abort();
    co_await std::move(answer.body);
  }
  co_return Answer::sent();
}

}  // namespace

awaitable<Answer> timeout(RequestScope& scope, Next next) {
  if (scope.info.long_running()) {
    scope.until_sent = std::make_shared<LongRunningRequests::Entry>(
        *next.services().long_running, scope.cancellation, scope.exchange.executor());
    co_return co_await next(scope);
  }
  const auto deadline = std::make_shared<Deadline>(scope);
  scope.until_sent = deadline;  // the deadline is one for sending, too
  start(deadline);
  std::optional<Answer> given;
  std::exception_ptr panic;
  try {
    Answer answer = co_await next(scope);
    given.emplace(std::move(answer));
  } catch (...) {
    panic = std::current_exception();
  }
  co_await wait_for_504(*deadline);
  if (panic) std::rethrow_exception(panic);
  if (deadline->answer == Deadline::Answer504::Sent) {
    co_return co_await come_too_late(scope, *std::move(given));
  }
  scope.answer_decided = true;
  co_return *std::move(given);
}

}  // namespace kaudit::apiserver::filters
