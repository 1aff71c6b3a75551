#pragma once

#include <cstddef>
#include <vector>

#include "audit/evaluator.hpp"
#include "policy/policy.hpp"

namespace kaudit::policy::lint {

/// Which earlier rules leave a rule nothing to decide.
struct Unreachable {
  std::size_t rule;
  std::vector<int> taken_by;  ///< ascending
};

/// The rules that can never decide a request, because earlier ones take every request that they
/// match. Never says so wrongly (for requests whose resource and subresource are single segments of
/// a path, as all are); stays silent about a rule with more than 100,000 combinations of values,
/// and about one that matches nothing by itself.
///
/// How: conditions only ever ask for more, never for the absence of something. So for each
/// combination of a rule's values there is a request that has these and otherwise nothing any rule
/// names (made-up names, no further groups, nobody as its user where that is possible). Whatever
/// earlier rule takes that request asks for no more than those values, so it takes every other
/// request with them too.
std::vector<Unreachable> unreachable_rules(const Policy& policy, const audit::Evaluator& evaluator);

}  // namespace kaudit::policy::lint
