#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "apiserver/filters/event_recording.hpp"
#include "apiserver/filters/filters.hpp"
#include "apiserver/filters/latency.hpp"

namespace kaudit::apiserver::filters {
namespace {

using audit::Stage;

audit::Status panic_status(const std::exception_ptr& panic) {
  audit::Status status;
  status.status = "Failure";
  status.message = "APIServer panic'd: ";
  try {
    std::rethrow_exception(panic);
  } catch (const std::exception& error) {
    status.message += error.what();
  } catch (...) {
    status.message += "unknown exception";
  }
  status.reason = "InternalError";
  status.code = 500;
  return status;
}

/// A handler that returned without an answer leaves an empty 200 to the edge, and this to the
/// event.
audit::Status nothing_written() {
  audit::Status status;
  status.status = "Success";
  status.message = "Connection closed early";
  status.code = 200;
  return status;
}

void record_status(const RequestScope& scope, const Answer& answer, audit::Context& context) {
  answer.record_in(context);
  if (scope.interim_status != 0) {
    context.set_response_code(scope.interim_status);
  } else if (answer.kind == Answer::Kind::None) {
    context.set_response_status(nothing_written());
  }
}

// Past RequestReceived a sink's refusal has nobody to be given to: it has counted and logged it.

Handing record_panic(RequestScope& scope, const Services& services,
                     const std::exception_ptr& panic) {
  scope.audit = nullptr;
  scope.audit_context->set_response_status(panic_status(panic));
  return record_last(services, *scope.audit_context, Stage::Panic, Timestamp::now());
}

Handing record_complete(RequestScope& scope, const Services& services,
                        http::Round* round = nullptr) {
  scope.audit = nullptr;
  audit::Context& context = *scope.audit_context;
  const Timestamp now = Timestamp::now();
  if (scope.info.verb != "watch") annotate_latencies(context, scope, now);
  return record_last(services, context, Stage::ResponseComplete, now, round);
}

/// The body of a stream and its last event. The answer's end leaves only when this has ended.
awaitable<void> audited(RequestScope& scope, const Services& services, Answer::Body body) {
  std::exception_ptr panic;
  try {
    co_await std::move(body);
  } catch (...) {
    panic = std::current_exception();
  }
  if (panic) {
    Handing handing = record_panic(scope, services, panic);
    if (!handing.ended()) co_await std::move(handing).end();
    std::rethrow_exception(panic);
  }
  Handing handing = record_complete(scope, services);
  if (!handing.ended()) co_await std::move(handing).end();
}

/// With the context of a request that makes events.
awaitable<Answer> recorded(RequestScope& scope, Next next) {
  const Services& services = next.services();
  audit::Context& context = *scope.audit_context;
  http::Round* const round = round_of_events(scope, services);
  Handing received = record(services, context, Stage::RequestReceived, scope.received, round);
  bool taken = received.taken();
  if (!received.ended()) taken = co_await std::move(received).end();
  if (round != nullptr) scope.exchange.goes_on();
  if (!taken) {
    services.counters->count_rejected();
    co_return internal_error(scope, "failed to store audit event");
  }

  scope.audit = &context;
  std::optional<Answer> given;
  std::exception_ptr panic;
  try {
    given.emplace(co_await next(scope));
  } catch (...) {
    panic = std::current_exception();  // a catch block cannot wait for the event
  }
  if (panic) {
    Handing handing = record_panic(scope, services, panic);
    if (!handing.ended()) co_await std::move(handing).end();
    std::rethrow_exception(panic);
  }

  Answer& answer = *given;
  scope.answer_decided = answer.kind != Answer::Kind::None;
  record_status(scope, answer, context);
  if (scope.info.long_running) {
    Handing handing = record(services, context, Stage::ResponseStarted, Timestamp::now());
    if (!handing.ended()) co_await std::move(handing).end();
  }
  if (answer.has_body()) {
    answer.body = audited(scope, services, std::move(answer.body));
  } else {
    http::Round* const last_round = round_of_events(scope, services);
    Handing handing = record_complete(scope, services, last_round);
    scope.round_has_ended = last_round != nullptr && !handing.ended();
    if (!handing.ended()) co_await std::move(handing).end();
  }
  co_return std::move(answer);
}

}  // namespace

awaitable<Answer> audit(RequestScope& scope, Next next) {
  const Services& services = next.services();
  if (!services.policy) return next(scope);
  const audit::Decision decision = services.policy->evaluate(attributes_of(scope, &*scope.user));
  services.counters->count_level(decision.level);
  const auto collect = collect_for(scope, services);
  if (decision.level == audit::Level::None && collect != audit::Context::Collect::Everything) {
    return next(scope);
  }
  audit::Context& context =
      scope.audit_context.emplace(facts_of(scope, scope.user), decision, collect);
  for (const auto& [key, value] : scope.early_annotations) context.annotate(key, value);
  return recorded(scope, next);
}

}  // namespace kaudit::apiserver::filters
