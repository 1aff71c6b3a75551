#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "audit/evaluator.hpp"
#include "policy/policy.hpp"

namespace kaudit::cli {

/// What a rule asks of the events that it looks for: of a member's path, the values that it may
/// have. What is not there is not asked for.
using RuleContext = std::map<std::string, std::vector<std::string>>;

/// What a policy records of the requests that a rule looks for.
class RecordedByPolicy {
 public:
  explicit RecordedByPolicy(const policy::Policy& policy);

  struct Found {
    audit::Level level = audit::Level::None;  ///< the highest of such requests
    int rule = audit::Decision::kNoRule;      ///< that gives it
    bool stage_recorded = false;              ///< one of the stages that are looked for is
  };
  /// Typical users ask for each resource, verb and namespace that the context allows; one that is
  /// recorded is enough.
  Found of(const RuleContext& context) const;

 private:
  std::shared_ptr<const audit::Evaluator> evaluator_;
  std::vector<std::string> users_;  ///< typical ones, and those that the policy names
};

}  // namespace kaudit::cli
