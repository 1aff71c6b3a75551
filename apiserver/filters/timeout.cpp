#include <memory>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "apiserver/filters/filters.hpp"

namespace kaudit::apiserver::filters {
namespace {

namespace asio = boost::asio;

/// What the timer and the request share. The request takes `scope` back when it ends first; else it
/// waits for the answer that the timer began.
struct Deadline {
  explicit Deadline(RequestScope& of)
      : scope(&of), timer(of.exchange.executor()), answered(of.exchange.executor()) {}
  RequestScope* scope;
  asio::steady_timer timer;
  asio::steady_timer answered;  // never expires by itself: cancelled when the 504 is sent
  bool answering = false;
};

/// Unlike every other Status this one has no kind: the filter that sends it knows no codec.
audit::Status timeout_status() {
  audit::Status status;
  status.status = "Failure";
  status.message = "Timeout: request did not complete within the allotted timeout";
  status.reason = "Timeout";
  status.details.emplace();
  status.code = 504;
  return status;
}

asio::awaitable<void> answer_in_place(std::shared_ptr<Deadline> deadline) {
  RequestScope& scope = *deadline->scope;
  if (scope.response.sent()) {
    scope.response.abort();
  } else {
    http::Response response(504);
    response.headers.set("Content-Type", "text/plain; charset=utf-8");
    audit::append_json(response.body, timeout_status());
    co_await scope.response.preempt(std::move(response));
  }
  deadline->answering = false;
  deadline->answered.cancel();
}

void expire(const std::shared_ptr<Deadline>& deadline) {
  if (deadline->scope == nullptr) return;
  deadline->answering = true;
  asio::co_spawn(deadline->scope->exchange.executor(), answer_in_place(deadline), asio::detached);
  deadline->scope->cancellation.cancel(Cancellation::Reason::DeadlineExceeded);
}

/// Ends the timer's hold on the scope, however the request ends.
asio::awaitable<void> release(Deadline& deadline) {
  deadline.timer.cancel();
  if (deadline.answering) {
    deadline.answered.expires_at(asio::steady_timer::time_point::max());
    co_await deadline.answered.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  deadline.scope = nullptr;
}

}  // namespace

awaitable<void> timeout(RequestScope& scope, const Services& services, Next next) {
  if (scope.info.long_running()) {
    const LongRunningRequests::Entry entry(*services.long_running, scope.cancellation,
                                           scope.exchange.executor());
    co_await next(scope);
    co_return;
  }
  const auto deadline = std::make_shared<Deadline>(scope);
  deadline->timer.expires_at(scope.deadline);
  deadline->timer.async_wait([deadline](const boost::system::error_code& error) {
    if (!error) expire(deadline);
  });
  std::exception_ptr panic;
  try {
    co_await next(scope);
  } catch (...) {
    panic = std::current_exception();
  }
  co_await release(*deadline);
  if (panic) std::rethrow_exception(panic);
}

}  // namespace kaudit::apiserver::filters
