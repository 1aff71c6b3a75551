#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "audit/evaluator.hpp"
#include "audit/level.hpp"
#include "policy/expected_events.hpp"

namespace kaudit::policy {

/// What a probe is about.
enum class ProbeTopic : std::uint8_t {
  Login,        ///< failed logins and anonymous requests
  Exec,         ///< into running pods, and through proxies
  Secrets,      ///< Secrets and ConfigMaps
  Tokens,       ///< tokens and certificates
  Components,   ///< what a stolen identity of the cluster itself does
  Privileges,   ///< who may do what, and what may change requests on their way
  Workloads,    ///< what runs
  Reading,      ///< what people look at
  Health,       ///< health checks and metrics
  Discovery,    ///< which APIs there are
  Leases,       ///< leader election and heartbeats
  Events,       ///< Event objects
  Controllers,  ///< the cluster's own traffic
};
std::string_view to_string(ProbeTopic topic) noexcept;

/// A typical request of a cluster, to ask a policy what it would record of it. All its texts live
/// as long as the program.
struct Probe {
  std::string_view name;  ///< unique and stable: `exec-by-get`
  ProbeTopic topic;
  std::string_view who;          ///< the user's name; `nobody` for a failed login
  std::string_view method;       ///< of HTTP
  std::string_view url;          ///< path and query
  std::string_view why;          ///< why one asks: a sentence
  audit::Level least;            ///< good policies record it at this level or above …
  audit::Level most;             ///< … and not above this one (bodies with secrets, noise)
  audit::Attributes attributes;  ///< what an evaluator sees of it; user is null for a failed login

  /// `GET /api/v1/namespaces/default/pods by alice`, `… with a bad token`
  std::string text() const;
};

/// All of them, grouped by topic, always in the same order.
std::span<const Probe> probes();

/// The probe of this name; null when there is none.
const Probe* find_probe(std::string_view name);

/// What a policy says about a probe.
struct ProbeAnswer {
  audit::Decision decision;
  Recording recording;  ///< what is left of it

  /// What is left, as a level: None when no event is made, whatever the reason; Metadata at most
  /// when the event that would hold the bodies is omitted.
  audit::Level recorded() const noexcept { return recording.level; }
};
ProbeAnswer ask(const audit::Evaluator& evaluator, const audit::Attributes& attributes) noexcept;

}  // namespace kaudit::policy
