#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "audit/evaluator.hpp"
#include "policy/policy.hpp"

namespace kaudit::policy {

// Asking rule after rule, part after part, as audit-semantics 3.3 says it. The compiled evaluator
// decides for a server; this says why, and judges the compiled one in tests.

/// The parts of a rule, in the order in which they are asked.
/// (k8s.io/apiserver/pkg/audit/policy ruleMatches)
enum class Condition : std::uint8_t {
  Users,
  UserGroups,
  Verbs,
  ResourceRequest,  ///< the rule is about resources, the request is not
  Namespaces,
  Resources,
  NonResourceRequest,  ///< the rule is about paths, the request is for a resource
  NonResourceUrls,
};

/// The field of the rule that a condition is about: `users`, `resources`, …
std::string_view field_of(Condition condition) noexcept;

/// The first part of the rule that the request fails; nothing when the rule matches.
std::optional<Condition> first_failure(const Rule& rule, const audit::Attributes& request);

/// The index of the first rule that matches, or Decision::kNoRule.
int first_match(const Policy& policy, const audit::Attributes& request);

/// `pods`, `pods/log`, `pods/*`, `*/log`, `*`: whether one text of `resources` names what the
/// request is about.
bool resource_pattern_matches(std::string_view pattern, const audit::Attributes& request) noexcept;

/// `/healthz`, `/healthz*`, `*`: whether one text of `nonResourceURLs` names the path.
bool url_pattern_matches(std::string_view pattern, std::string_view path) noexcept;

}  // namespace kaudit::policy
