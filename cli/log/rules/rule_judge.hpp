#pragma once

#include <string>
#include <vector>

#include "cli/log/rules/recorded_by_policy.hpp"
#include "cli/log/rules/rule_condition.hpp"
#include "cli/log/rules/rule_finding.hpp"

namespace kaudit::cli {

/// Finds out whether a rule can ever fire, and what of it cannot hold.
class RuleJudge {
 public:
  /// With a policy: in the events that it leaves. It must outlive this.
  explicit RuleJudge(const RecordedByPolicy* policy = nullptr) : policy_(policy) {}

  struct Verdict {
    bool can_fire = true;
    std::vector<RuleFinding> findings;  ///< without file and rule
  };
  Verdict judge(const RuleCondition& condition);

 private:
  bool can_hold(const RuleCondition& condition, const RuleContext& around);
  bool all_can_hold(const RuleCondition& condition, const RuleContext& around);
  bool check_can_hold(const RuleCheck& check, const RuleContext& around);
  void look_at_negation(const RuleCondition& inner, const RuleContext& around);
  bool values_can_hold(const RuleCheck& check);
  bool group_fits(const RuleContext& context, int line);
  bool has_answer(const RuleContext& context, const RuleCondition& condition, int line);
  void look_at_exec(const RuleContext& context, int line);
  bool is_recorded(const RuleCheck& check, const RuleContext& context);

  /// `never`: what it is about can never hold.
  void find(RuleCode code, int line, bool never, std::string message, std::string fix);

  const RecordedByPolicy* policy_;
  std::vector<RuleFinding> findings_;
  std::vector<bool> never_;
};

}  // namespace kaudit::cli
