#include <chrono>
#include <exception>
#include <optional>
#include <string>

#include "apiserver/answers.hpp"
#include "apiserver/filters/event_recording.hpp"
#include "apiserver/filters/filters.hpp"
#include "apiserver/filters/latency.hpp"

namespace kaudit::apiserver::filters {
namespace {

using audit::Stage;

audit::Status panic_status(const std::string& message) {
  audit::Status status;
  status.status = "Failure";
  status.message = "APIServer panic'd: " + message;
  status.reason = "InternalError";
  status.code = 500;
  return status;
}

/// A handler that returned without writing anything leaves an empty 200 to the transport, and this
/// to the event.
audit::Status nothing_written() {
  audit::Status status;
  status.status = "Success";
  status.message = "Connection closed early";
  status.code = 200;
  return status;
}

/// The stages behind the handler, in the order in which a request can reach them.
class Recorder {
 public:
  Recorder(RequestScope& scope, const Services& services, audit::Context& context)
      : scope_(scope), services_(services), context_(context) {}

  awaitable<void> head(int code) {
    context_.set_response_code(code);
    if (scope_.info.long_running()) co_await at(Stage::ResponseStarted);
  }

  awaitable<void> panicked(std::string message) {
    context_.set_response_status(panic_status(message));
    co_await at(Stage::Panic);
  }

  awaitable<void> complete() {
    if (!head_decided()) {
      context_.set_response_status(nothing_written());
      if (scope_.info.long_running()) co_await at(Stage::ResponseStarted);
    }
    const Timestamp now = Timestamp::now();
    if (scope_.info.verb != "watch") annotate_latencies(context_, scope_, now);
    co_await record(services_, context_, Stage::ResponseComplete, now);
  }

 private:
  bool head_decided() const { return scope_.response.code() != 0; }
  awaitable<void> at(Stage stage) {
    // Past RequestReceived a refusal has no one to tell: the sink has counted and logged it.
    co_await record(services_, context_, stage, Timestamp::now());
  }

  RequestScope& scope_;
  const Services& services_;
  audit::Context& context_;
};

/// Runs the rest of the chain; what it throws comes back as a value, since a catch block cannot
/// wait.
awaitable<std::exception_ptr> run(RequestScope& scope, Next next) {
  try {
    co_await next(scope);
  } catch (...) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

std::string text_of(const std::exception_ptr& panic) {
  try {
    std::rethrow_exception(panic);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "unknown exception";
  }
}

}  // namespace

awaitable<void> audit(RequestScope& scope, const Services& services, Next next) {
  if (!services.policy) {
    co_await next(scope);
    co_return;
  }
  const audit::Decision decision = services.policy->evaluate(attributes_of(scope, &scope.user));
  services.counters->count_level(decision.level);
  if (decision.level == audit::Level::None) {
    co_await next(scope);
    co_return;
  }
  audit::Context context(facts_of(scope, scope.user), decision);
  if (!co_await record(services, context, Stage::RequestReceived, scope.received)) {
    services.counters->count_rejected();
    co_await answer_internal_error(scope, "failed to store audit event");
    co_return;
  }
  Recorder recorder(scope, services, context);
  scope.audit = &context;
  scope.response.on_head([&recorder](int code) { return recorder.head(code); });

  scope.response.hold_end();

  const std::exception_ptr panic = co_await run(scope, next);

  scope.response.on_head(nullptr);
  scope.audit = nullptr;
  if (panic) {
    co_await recorder.panicked(text_of(panic));
    std::rethrow_exception(panic);
  }
  co_await recorder.complete();
  co_await scope.response.release();
}

}  // namespace kaudit::apiserver::filters
