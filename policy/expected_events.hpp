#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/evaluator.hpp"

namespace kaudit::policy {

/// One event that a request makes when all goes well (audit-semantics 2).
struct ExpectedEvent {
  audit::Stage stage;
  bool omitted = false;         ///< an omitStages takes it out
  std::string request_object;   ///< what the event's requestObject is; "" when it has none
  std::string response_object;  ///< likewise
  std::string remark;           ///< what is special about the stage here; often empty
};

/// At which moments an event may be made of the request, before any omitStages: ResponseStarted
/// alone for a failed login; with ResponseStarted for one that runs long. A handler that panics
/// makes the stage Panic as well (audit-semantics 2).
audit::StageSet stages_of(const audit::Attributes& request) noexcept;

/// What a request leaves in the log under a decision: what its level promises is not always
/// written.
struct Recording {
  audit::StageSet stages;  ///< at which events are made, Panic aside; empty: none are
  /// None when no event is made. Bodies are in a request's last event only: without it Metadata at
  /// most, whatever level the other events name.
  audit::Level level = audit::Level::None;
  bool outcome = false;  ///< an event holds the answer's code
};
Recording recorded(const audit::Decision& decision, const audit::Attributes& request) noexcept;

/// The level that holds all that is recorded of a request: one that has no body is recorded at
/// RequestResponse as it is at Metadata.
audit::Level recorded_content(const audit::Decision& decision, const audit::Attributes& request);

/// The events that a server makes for a request under a decision, the omitted ones included, in
/// their order. Level None makes none. A request of nobody (`user` null) is a failed login.
std::vector<ExpectedEvent> expected_events(const audit::Decision& decision,
                                           const audit::Attributes& request);

/// Whether a resource lives in namespaces, as far as the one who asks knows.
enum class ResourceScope : std::uint8_t { Unknown, Cluster, Namespaced };

/// What people get wrong about how this request is audited, and nothing about others: one sentence
/// each.
std::vector<std::string> semantics_notes(const audit::Decision& decision,
                                         const audit::Attributes& request,
                                         ResourceScope scope = ResourceScope::Unknown);

}  // namespace kaudit::policy
