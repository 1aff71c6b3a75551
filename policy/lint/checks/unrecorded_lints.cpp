#include <algorithm>
#include <string>
#include <vector>

#include "policy/lint/checks/passes.hpp"
#include "policy/lint/checks/probe_groups.hpp"
#include "policy/lint/rule_text.hpp"
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

constexpr const char* kAtLeastMetadata = "- level: Metadata";

Rule metadata_of(std::vector<std::string> verbs, std::vector<GroupResources> resources) {
  Rule rule;
  rule.level = "Metadata";
  rule.verbs = std::move(verbs);
  rule.resources = std::move(resources);
  return rule;
}

std::vector<std::string> writes() {
  return {"create", "update", "patch", "delete", "deletecollection"};
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
          Code::SecretReads, "nobody can tell afterwards who read a Secret",
          metadata_of({}, {{"", {"secrets"}, {}}}));
    judge({"pod-create", "pod-patch", "pod-delete", "deployment-create", "deployment-update",
           "deployment-patch", "deployment-delete"},
          Code::WorkloadChanges, "who changed what runs cannot be found afterwards",
          metadata_of(writes(), {{"", {"pods"}, {}}, {"apps", {"deployments"}, {}}}));
    judge(ProbeTopic::Privileges, Code::PrivilegeChanges, "who did that cannot be found afterwards",
          metadata_of(writes(), {{"rbac.authorization.k8s.io", {}, {}},
                                 {"admissionregistration.k8s.io", {}, {}},
                                 {"", {"serviceaccounts", "namespaces", "nodes"}, {}}}));
    judge_components();
    find_lost_outcomes();
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

  /// A user that nobody has thought of, doing what nobody has thought of.
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
    Finding& finding =
        findings_.add(Code::NoCatchAll, path_of_decision(policy_, audit::Decision::kNoRule),
                      std::string(what) +
                          " that no rule mentions are not recorded, and nothing says so: no rule "
                          "takes what is left",
                      "end the policy with `- level: Metadata`, or with `- level: None` if that is "
                      "meant");
    findings_.offer_rules(finding, policy_, Finding::kNoRule, kAtLeastMetadata);
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
    const std::string everybody =
        "userGroups: [\"system:authenticated\", \"system:unauthenticated\"]";
    for (const RuleGroup& group : by_rule(missed)) {
      const std::string requests = quoted_probes(group.observations);
      const bool matched = group.rule != audit::Decision::kNoRule;
      Finding& finding = findings_.add(
          Code::FailedLogins, path_of_decision(policy_, group.rule),
          matched
              ? decider(policy_, group.rule) + " takes " + requests + " at level None: " + result
              : "no rule takes " + requests +
                    " (rules with `users` or `userGroups` never do): " + result,
          matched
              ? "add `" + everybody + "` to the rule: a failed login has no user and passes it by"
              : "end the policy with a rule without `users` and `userGroups`: "
                "`- level: Metadata`");
      if (matched) {
        findings_.offer_field(finding, policy_.rules[static_cast<std::size_t>(group.rule)],
                              everybody);
      } else {
        findings_.offer_rules(finding, policy_, Finding::kNoRule, kAtLeastMetadata);
      }
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
          metadata_of({}, {{"",
                            {"pods/exec", "pods/attach", "pods/portforward", "pods/proxy",
                             "pods/ephemeralcontainers", "services/proxy", "nodes/proxy"},
                            {}}}));
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
      Rule same;
      same.level = to_string(by_post);
      const std::string rule =
          yaml_of(carve_out(policy_, group.rule, std::move(same), group.observations));
      Finding& finding = findings_.add(
          Code::ExecByGetLower, path_of_decision(policy_, group.rule),
          decider(policy_, group.rule) + " records " + quoted_probes(group.observations) + " at " +
              std::string(to_string(group.observations.front().answer.recorded())) +
              ", but the same by POST at " + std::string(to_string(by_post)) +
              ": since Kubernetes 1.30 kubectl sends GET. Neither has a body",
          "nothing, or put before it:\n" + rule);
      findings_.offer_rules(finding, policy_, group.rule, rule);
    }
  }

  /// Rules that drop what one of the cluster's own identities does, whatever it does.
  void judge_components() {
    const auto all = observe(
        evaluator_, [](const Probe& probe) { return probe.topic == ProbeTopic::Components; });
    for (const RuleGroup& group : by_rule(unrecorded(all))) {
      if (group.rule == audit::Decision::kNoRule) continue;
      const Rule& taker = policy_.rules[static_cast<std::size_t>(group.rule)];
      // Rules for everybody are judged by what everybody does.
      if (taker.users.empty() && taker.user_groups.empty()) continue;
      Rule wanted = metadata_of({}, {});
      for (const Observation& observation : group.observations) {
        const std::string verb(observation.probe->attributes.verb);
        if (std::ranges::find(wanted.verbs, verb) == wanted.verbs.end()) {
          wanted.verbs.push_back(verb);
        }
      }
      report(
          group, Code::ComponentActs,
          "anyone who has stolen that identity works unseen, and the component itself does nothing "
          "of the kind",
          wanted);
    }
  }

  /// One finding for each list of stages that takes ResponseComplete out.
  void find_lost_outcomes() {
    auto lost = observe(evaluator_, [](const Probe&) { return true; });
    std::erase_if(lost, [](const Observation& observation) {
      return observation.answer.recorded() == Level::None || observation.answer.recording.outcome;
    });
    if (lost.empty()) return;
    constexpr std::string_view kComplete = "ResponseComplete";
    const auto report_at = [&](const std::string& list, const std::vector<std::string>& stages,
                               const std::vector<Observation>& of) {
      const auto at = std::ranges::find(stages, kComplete) - stages.begin();
      const bool bodies = std::ranges::any_of(of, [](const Observation& observation) {
        return observation.answer.decision.level > observation.answer.recorded();
      });
      findings_.add(Code::OutcomeOmitted, item_path(list, static_cast<std::size_t>(at)),
                    "of " + quoted_probes(of) +
                        " only RequestReceived is recorded: without ResponseComplete nobody sees "
                        "whether it was allowed and done" +
                        (bodies ? ", and no body is ever written, whatever the level" : ""),
                    "remove ResponseComplete from `omitStages`; RequestReceived is the one to omit "
                    "where one event a request is enough");
    };
    if (std::ranges::find(policy_.omit_stages, kComplete) != policy_.omit_stages.end()) {
      return report_at("omitStages", policy_.omit_stages, lost);
    }
    for (const RuleGroup& group : by_rule(lost)) {
      const auto rule = static_cast<std::size_t>(group.rule);
      report_at(rule_path(rule, "omitStages"), policy_.rules.at(rule).omit_stages,
                group.observations);
    }
  }

  void judge(ProbeTopic topic, Code lint, const char* consequence, const Rule& wanted) {
    report(observe(evaluator_,
                   [topic](const Probe& probe) {
                     return probe.topic == topic && probe.least != Level::None;
                   }),
           lint, consequence, wanted);
  }
  void judge(std::initializer_list<std::string_view> names, Code lint, const char* consequence,
             const Rule& wanted) {
    report(observe(evaluator_, names), lint, consequence, wanted);
  }

  void report(const std::vector<Observation>& observations, Code lint, const char* consequence,
              const Rule& wanted) {
    for (const RuleGroup& group : by_rule(unrecorded(observations))) {
      report(group, lint, consequence, wanted);
    }
  }

  void report(const RuleGroup& group, Code lint, const char* consequence, const Rule& wanted) {
    const bool matched = group.rule != audit::Decision::kNoRule;
    const bool omitted = group.observations.front().answer.decision.level != Level::None;
    std::string text = matched ? decider(policy_, group.rule) + " takes " : "no rule takes ";
    text += quoted_probes(group.observations);
    if (omitted) text += " and omits every stage of it";
    if (matched && !omitted) text += " at level None";
    const std::string rule = yaml_of(carve_out(policy_, group.rule, wanted, group.observations));
    Finding& finding =
        findings_.add(lint, path_of_decision(policy_, group.rule), text + ": " + consequence,
                      (matched ? "put before it:\n" : "add:\n") + rule);
    findings_.offer_rules(finding, policy_, group.rule, rule);
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
