#pragma once

#include <string>

#include "audit/evaluator.hpp"
#include "policy/matching/matcher.hpp"
#include "policy/policy.hpp"

namespace kaudit::policy {

/// Why the request fails that part of the rule, as a sentence without full stop: `verbs [create]
/// does not name "get"`.
std::string mismatch_reason(const Rule& rule, Condition failed, const audit::Attributes& request);

/// What the rule's author may have meant, where the rule comes near to the request: a wildcard that
/// is not one, a subresource left out, exec by GET … "" when there is nothing to say.
std::string mismatch_hint(const Rule& rule, Condition failed, const audit::Attributes& request);

}  // namespace kaudit::policy
