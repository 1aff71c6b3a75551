#include <algorithm>
#include <string>
#include <vector>

#include "policy/lint/passes.hpp"
#include "policy/lint/probe_groups.hpp"
#include "policy/lint/text.hpp"

namespace kaudit::policy::lint {
namespace {

using audit::Level;

std::vector<Observation> unrecorded(std::vector<Observation> observations) {
  std::erase_if(observations, [](const Observation& observation) {
    return observation.answer.recorded() != Level::None;
  });
  return observations;
}

class Unrecorded {
 public:
  Unrecorded(const Policy& policy, const audit::Evaluator& evaluator, Findings& findings)
      : policy_(policy), evaluator_(evaluator), findings_(findings) {}

  void run() {
    if (judge_everything()) return;
    judge_catch_all();
    judge_logins();
    judge_exec();
    judge({"secret-get", "secret-list", "secret-list-all", "secret-watch", "secret-get-by-app"},
          Code::SecretReads, "whoever read a Secret cannot be found afterwards",
          "- level: Metadata\n  resources: [{group: \"\", resources: [secrets]}]");
    judge({"pod-create", "pod-patch", "pod-delete", "deployment-create", "deployment-update",
           "deployment-patch", "deployment-delete"},
          Code::WorkloadChanges, "who changed what runs cannot be found afterwards",
          "- level: Metadata\n  verbs: [create, update, patch, delete, deletecollection]");
    judge(ProbeTopic::Privileges, Code::PrivilegeChanges, "who did that cannot be found afterwards",
          "- level: Metadata\n  verbs: [create, update, patch, delete, deletecollection]");
  }

 private:
  /// True when there is nothing more to say.
  bool judge_everything() {
    const auto all = observe(evaluator_, [](const Probe&) { return true; });
    if (unrecorded(all).size() != all.size()) return false;
    const bool records_nothing =
        std::ranges::all_of(policy_.rules, [](const Rule& rule) { return rule.level == "None"; });
    const std::string none =
        "none of " + std::to_string(all.size()) + " typical requests leaves an event: ";
    findings_.add(
        Code::RecordsNothing, path_of_decision(policy_, all.front().answer.decision.rule),
        none + (records_nothing ? "all rules have level None, so auditing is off"
                                : "only what the rules name is recorded, and no failed login"),
        records_nothing
            ? "if that is meant, leave `--audit-policy-file` out; else end the policy "
              "with `- level: Metadata`"
            : "nothing, if that is meant; else end the policy with `- level: Metadata`");
    return true;
  }

  /// A user whom nobody has thought of, doing what nobody has thought of.
  void judge_catch_all() {
    audit::UserInfo user;
    user.username = "somebody";
    user.groups = {"system:authenticated"};
    audit::Attributes object;
    object.user = &user;
    object.verb = "patch";
    object.resource_request = true;
    object.api_group = "example.kaudit.dev";
    object.api_version = "v1";
    object.resource = "unheardof";
    object.ns = "somewhere";
    object.name = "something";
    audit::Attributes path;
    path.user = &user;
    path.verb = "get";
    path.path = "/unheard-of";
    const bool misses_objects = evaluator_.evaluate(object).rule == audit::Decision::kNoRule;
    const bool misses_paths = evaluator_.evaluate(path).rule == audit::Decision::kNoRule;
    if (!misses_objects && !misses_paths) return;
    const char* what = misses_objects && misses_paths ? "requests"
                       : misses_objects               ? "requests for resources"
                                                      : "requests for paths outside of the API";
    findings_.add(Code::NoCatchAll, path_of_decision(policy_, audit::Decision::kNoRule),
                  std::string(what) +
                      " that no rule mentions are not recorded, and nothing says so: no rule "
                      "takes what is left",
                  "end the policy with `- level: Metadata`, or with `- level: None` if that is "
                  "meant");
  }

  void judge_logins() {
    const auto logins =
        observe(evaluator_, {"login-failed-list", "login-failed-secret", "login-failed-create"});
    auto missed = unrecorded(logins);
    const std::string result =
        missed.size() == logins.size()
            ? "no failed login (401) leaves a trace, so attacks with made-up tokens stay unseen"
            : "some failed logins (401) leave no trace, so attacks with made-up tokens stay unseen";
    judge_omitted_stage(missed, result);
    for (const RuleGroup& group : by_rule(missed)) {
      const std::string requests = quoted_probes(group.observations);
      const bool matched = group.rule != audit::Decision::kNoRule;
      findings_.add(
          Code::FailedLogins, path_of_decision(policy_, group.rule),
          matched
              ? decider(policy_, group.rule) + " takes " + requests + " at level None: " + result
              : "no rule takes " + requests +
                    " (rules with `users` or `userGroups` never do): " + result,
          matched ? "add `userGroups: [\"system:authenticated\"]` to the rule: a failed login has "
                    "no user and passes it by"
                  : "end the policy with a rule without `users` and `userGroups`: "
                    "`- level: Metadata`");
    }
  }

  /// Reports and takes out the logins that are lost by their stage, not by their level.
  void judge_omitted_stage(std::vector<Observation>& missed, const std::string& result) {
    std::vector<Observation> omitted;
    std::erase_if(missed, [&](const Observation& observation) {
      if (observation.answer.decision.level == Level::None) return false;
      omitted.push_back(observation);
      return true;
    });
    if (omitted.empty()) return;
    const auto& all = policy_.omit_stages;
    const bool by_policy = std::ranges::find(all, "ResponseStarted") != all.end();
    const auto rule = static_cast<std::size_t>(omitted.front().answer.decision.rule);
    const auto& stages = by_policy ? all : policy_.rules.at(rule).omit_stages;
    const auto at = std::ranges::find(stages, "ResponseStarted") - stages.begin();
    findings_.add(Code::FailedLogins,
                  item_path(by_policy ? "omitStages" : rule_path(rule, "omitStages"),
                            static_cast<std::size_t>(at)),
                  "the only event of a failed login is made at ResponseStarted, which is omitted "
                  "here: of " +
                      quoted_probes(omitted) + " nothing is recorded; " + result,
                  by_policy ? "omit ResponseStarted in the rules where it is too much (watches), "
                              "not for all"
                            : "remove ResponseStarted from `omitStages`, or add a rule for those "
                              "without a user");
  }

  void judge_exec() {
    judge(ProbeTopic::Exec, Code::ExecUnrecorded,
          "who opened a shell or a tunnel cannot be found afterwards",
          "- level: Metadata\n  resources: [{group: \"\", resources: [pods/exec, pods/attach, "
          "pods/portforward, pods/proxy, pods/ephemeralcontainers, services/proxy, nodes/proxy]}]");
    std::vector<Observation> lower;
    Level by_post = Level::None;
    for (const char* name : {"exec", "attach", "portforward"}) {
      const std::string by(name);
      const auto get = observe(evaluator_, {by + "-by-get"}).front();
      const Level post = observe(evaluator_, {by + "-by-post"}).front().answer.recorded();
      if (get.answer.recorded() == Level::None || get.answer.recorded() >= post) continue;
      lower.push_back(get);
      by_post = post;
    }
    for (const RuleGroup& group : by_rule(lower)) {
      findings_.add(Code::ExecByGetLower, path_of_decision(policy_, group.rule),
                    decider(policy_, group.rule) + " records " + quoted_probes(group.observations) +
                        " at " +
                        std::string(to_string(group.observations.front().answer.recorded())) +
                        ", but the same by POST at " + std::string(to_string(by_post)) +
                        ": since Kubernetes 1.30 kubectl sends GET",
                    "give the subresources a rule of their own without `verbs`");
    }
  }

  void judge(ProbeTopic topic, Code lint, const char* consequence, const std::string& rule) {
    report(observe(evaluator_,
                   [topic](const Probe& probe) {
                     return probe.topic == topic && probe.least != Level::None;
                   }),
           lint, consequence, rule);
  }
  void judge(std::initializer_list<std::string_view> names, Code lint, const char* consequence,
             const std::string& rule) {
    report(observe(evaluator_, names), lint, consequence, rule);
  }

  void report(const std::vector<Observation>& observations, Code lint, const char* consequence,
              const std::string& rule) {
    for (const RuleGroup& group : by_rule(unrecorded(observations))) {
      const bool matched = group.rule != audit::Decision::kNoRule;
      const bool omitted = group.observations.front().answer.decision.level != Level::None;
      std::string text = matched ? decider(policy_, group.rule) + " takes " : "no rule takes ";
      text += quoted_probes(group.observations);
      if (omitted) text += " and omits every stage of it";
      if (matched && !omitted) text += " at level None";
      findings_.add(lint, path_of_decision(policy_, group.rule), text + ": " + consequence,
                    (matched ? "put before it:\n" : "add:\n") + rule);
    }
  }

  const Policy& policy_;
  const audit::Evaluator& evaluator_;
  Findings& findings_;
};

}  // namespace

void find_unrecorded(const Policy& policy, const audit::Evaluator& evaluator, Findings& findings) {
  Unrecorded(policy, evaluator, findings).run();
}

}  // namespace kaudit::policy::lint
