#pragma once

#include <memory>

#include "audit/evaluator.hpp"
#include "policy/policy.hpp"

namespace kaudit::policy {

/// Compiles a policy for deciding: the first rule that matches wins, none means level None with the
/// policy's omitStages (audit-semantics 3.3;
/// k8s.io/apiserver/pkg/audit/policy/checker.go). The cost of a decision hardly depends on the
/// number of rules; see rule_index.hpp.
///
/// The policy must have passed validate(); a level or stage that does not exist throws
/// std::invalid_argument. It is not needed afterwards.
std::shared_ptr<const audit::Evaluator> compile(const Policy& policy);

}  // namespace kaudit::policy
