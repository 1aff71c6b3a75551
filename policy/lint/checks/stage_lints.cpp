#include <algorithm>
#include <string>
#include <vector>

#include "policy/lint/checks/passes.hpp"
#include "policy/lint/text.hpp"

namespace kaudit::policy::lint {
namespace {

constexpr const char* kReceived = "RequestReceived";

bool contains(const std::vector<std::string>& stages, std::string_view stage) {
  return std::ranges::find(stages, stage) != stages.end();
}

std::string path_of(const std::string& list, const std::vector<std::string>& stages,
                    std::string_view stage) {
  const auto found = std::ranges::find(stages, stage);
  return item_path(list, static_cast<std::size_t>(found - stages.begin()));
}

void find_strict_mode(const Policy& policy, const ServerFlags& flags, Findings& findings) {
  for (const auto& [flag, mode] : {std::pair("--audit-log-mode", flags.log_mode),
                                   std::pair("--audit-webhook-mode", flags.webhook_mode)}) {
    if (mode != "blocking-strict") continue;
    const std::string strict = std::string(flag) + "=blocking-strict";
    const std::string why =
        strict +
        " refuses a request whose RequestReceived event cannot be written, and acts at no "
        "other stage; ";
    if (contains(policy.omit_stages, kReceived)) {
      findings.add(Code::StrictWithoutRequestReceived,
                   path_of("omitStages", policy.omit_stages, kReceived),
                   why + "omitting that stage switches it off: requests go through unrecorded",
                   "remove RequestReceived from `omitStages`, or use `blocking`");
      continue;
    }
    for (std::size_t i = 0; i < policy.rules.size(); ++i) {
      const Rule& rule = policy.rules[i];
      if (rule.level == "None" || !contains(rule.omit_stages, kReceived)) continue;
      findings.add(Code::StrictWithoutRequestReceived,
                   path_of(rule_path(i, "omitStages"), rule.omit_stages, kReceived),
                   why + rule_name(policy, i) +
                       " omits that stage: its requests go through "
                       "unrecorded",
                   "remove RequestReceived from its `omitStages`, or use `blocking`");
    }
  }
}

void find_silent_rules(const Policy& policy, Findings& findings) {
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    const Rule& rule = policy.rules[i];
    if (rule.level == "None") continue;
    const bool silent = std::ranges::all_of(
        std::initializer_list<const char*>{kReceived, "ResponseStarted", "ResponseComplete"},
        [&](const char* stage) {
          return contains(rule.omit_stages, stage) || contains(policy.omit_stages, stage);
        });
    if (!silent) continue;
    findings.add(Code::AllStagesOmitted, rule_path(i, "level"),
                 rule_name(policy, i) + " has level " + rule.level +
                     ", but with the policy's and its own `omitStages` no stage is left: its "
                     "requests are not recorded",
                 "write `level: None` if that is meant, or leave a stage");
  }
}

/// The rules that say again what the policy says, and the place of the first.
struct Repetition {
  std::vector<std::size_t> rules;
  std::string path;

  void add(std::size_t rule, const std::string& at) {
    if (rules.empty()) path = at;
    rules.push_back(rule);
  }
  void report(const std::string& what, Findings& findings) const {
    if (rules.empty()) return;
    findings.add(Code::RepeatedSetting, path,
                 rule_numbers(rules) + (rules.size() == 1 ? " repeats " : " repeat ") + what,
                 "remove what is repeated");
  }
};

void find_repetitions(const Policy& policy, Findings& findings) {
  Repetition stages;
  Repetition managed_fields;
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    const Rule& rule = policy.rules[i];
    const auto repeated = std::ranges::find_if(rule.omit_stages, [&](const std::string& stage) {
      return contains(policy.omit_stages, stage);
    });
    if (repeated != rule.omit_stages.end()) {
      stages.add(i, path_of(rule_path(i, "omitStages"), rule.omit_stages, *repeated));
    }
    if (rule.omit_managed_fields == policy.omit_managed_fields) {
      managed_fields.add(i, rule_path(i, "omitManagedFields"));
    }
  }
  stages.report(
      "a stage that the policy's own `omitStages` omits for all rules; a rule can add "
      "stages, but not bring them back",
      findings);
  managed_fields.report("the policy's `omitManagedFields`, which holds for all rules anyway",
                        findings);
}

}  // namespace

void find_stage_problems(const Policy& policy, const ServerFlags& flags, Findings& findings) {
  find_strict_mode(policy, flags, findings);
  find_silent_rules(policy, findings);
  find_repetitions(policy, findings);
  if (contains(policy.omit_stages, kReceived)) {
    findings.add(
        Code::RequestReceivedOmitted, path_of("omitStages", policy.omit_stages, kReceived),
        "without RequestReceived an event is made only when a request ends: one that hangs, "
        "or during which the server dies, leaves no trace",
        "nothing, if half the events are worth it to you; else omit the stage in the rules "
        "for reads only");
  }
}

}  // namespace kaudit::policy::lint
