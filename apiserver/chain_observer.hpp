#pragma once

#include <chrono>
#include <string_view>

#include "apiserver/answer.hpp"
#include "apiserver/request_scope.hpp"

namespace kaudit::apiserver {

/// The step after the last filter, as observers know it.
inline constexpr std::string_view kHandlerStep = "handler";

/// Looks on as requests go through the chain, without touching them (Services::observer). Called on
/// the thread of each request, so of several requests at once; must not wait and not throw.
///
/// What it has seen of a request an observer keeps in the scope (RequestScope::observed), so that
/// it ends with it. The scope's audit_id is set by the first filter: it is empty in that filter's
/// entered() and there ever after. Steps nest: what
/// is entered last is left first. The body of a stream runs when all have been left.
class ChainObserver {
 public:
  using Clock = std::chrono::steady_clock;

  ChainObserver() = default;
  ChainObserver(const ChainObserver&) = delete;
  ChainObserver& operator=(const ChainObserver&) = delete;
  virtual ~ChainObserver() = default;

  /// Asked once a request, before its first step, with the time at which it began: false, and
  /// nothing is heard of it, nor of its events.
  virtual bool looks_at(Clock::time_point began) noexcept {
    static_cast<void>(began);
    return true;
  }
  virtual void entered(const RequestScope& scope, std::string_view step,
                       Clock::time_point at) noexcept = 0;
  /// `answer->made_by` names the step that answered: this one or one within it. `answer` is null
  /// when the step ended by an exception, the request's panic.
  virtual void left(const RequestScope& scope, std::string_view step, Clock::time_point at,
                    const Answer* answer) noexcept = 0;

  /// Asked once a request, when its policy has decided: whether all that level RequestResponse
  /// would record is to be collected, whatever the policy lets be recorded.
  virtual audit::Context::Collect wants(const RequestScope& scope) noexcept {
    static_cast<void>(scope);
    return audit::Context::Collect::AsDecided;
  }
  /// An event, before it is handed to the backends.
  virtual void made(const audit::EventPtr& event) noexcept { static_cast<void>(event); }
  /// The event of a stage with all of it, also where the policy omits the stage or everything.
  virtual void collected(const audit::EventPtr& whole) noexcept { static_cast<void>(whole); }
};

}  // namespace kaudit::apiserver
