#pragma once

#include "audit/evaluator.hpp"
#include "policy/policy.hpp"

namespace kaudit::policy::testing {

/// The index of the first rule that matches, or Decision::kNoRule, found by asking rule after rule,
/// part after part, as spec section 3 says it: the judge of the compiled evaluator.
int first_match(const Policy& policy, const audit::Attributes& attributes);

}  // namespace kaudit::policy::testing
