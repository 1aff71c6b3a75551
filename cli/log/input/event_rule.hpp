#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "audit/evaluator.hpp"
#include "policy/policy.hpp"

namespace kaudit::cli {

/// Which rule of a policy events come under.
class EventRule {
 public:
  explicit EventRule(const policy::Policy& policy);
  /// `rule 3`, `no rule`, or that it cannot be said.
  std::string of(std::string_view json) const;

 private:
  std::shared_ptr<const audit::Evaluator> evaluator_;
};

}  // namespace kaudit::cli
