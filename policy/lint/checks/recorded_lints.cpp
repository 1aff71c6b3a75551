#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "policy/lint/checks/passes.hpp"
#include "policy/lint/checks/probe_groups.hpp"
#include "policy/lint/known_names.hpp"
#include "policy/lint/rule_text.hpp"
#include "policy/lint/text.hpp"

namespace kaudit::policy::lint {
namespace {

using audit::Level;

/// One kind of body that should not be in a log.
struct BodyLint {
  Code code;
  bool (*is_about)(const Probe& probe);
  const char* consequence;
  Rule rule;
};

bool may_leak(const Probe& probe) {
  return probe.most < Level::RequestResponse &&
         (probe.topic == ProbeTopic::Secrets || probe.topic == ProbeTopic::Tokens ||
          probe.topic == ProbeTopic::Components);
}
bool is_about(const Probe& probe, std::string_view resource) {
  return probe.attributes.resource == resource && may_leak(probe);
}
bool is_of_extension(const Probe& probe) {
  return may_leak(probe) && !is_builtin_group(probe.attributes.api_group);
}

Rule rule_of_level(const char* level, std::vector<GroupResources> resources) {
  Rule rule;
  rule.level = level;
  rule.resources = std::move(resources);
  return rule;
}

Rule deletions_of_namespaces() {
  Rule rule = rule_of_level("Request", {});
  rule.users = {"system:serviceaccount:kube-system:namespace-controller"};
  rule.verbs = {"deletecollection"};
  return rule;
}

std::vector<BodyLint> body_lints() {
  return {
      {Code::SecretBodies, [](const Probe& probe) { return is_about(probe, "secrets"); },
       "anyone who reads the audit log reads the Secrets",
       rule_of_level("Metadata", {{"", {"secrets"}, {}}})},
      {Code::TokenBodies,
       [](const Probe& probe) {
         return is_about(probe, "serviceaccounts") || is_about(probe, "tokenreviews");
       },
       "the log holds live tokens, and anyone who reads it can use them",
       rule_of_level("Metadata", {{"", {"serviceaccounts/token"}, {}},
                                  {"authentication.k8s.io", {"tokenreviews"}, {}}})},
      {Code::ConfigMapBodies, [](const Probe& probe) { return is_about(probe, "configmaps"); },
       "ConfigMaps often hold passwords, and CIS 3.2.2 asks for their metadata only",
       rule_of_level("Metadata", {{"", {"configmaps"}, {}}})},
      {Code::CertificateBodies,
       [](const Probe& probe) { return is_about(probe, "certificatesigningrequests"); },
       "the log holds the certificates that were asked for and whom they are for",
       rule_of_level("Metadata", {{"certificates.k8s.io", {"certificatesigningrequests/*"}, {}}})},
      {Code::HugeAnswers, [](const Probe& probe) { return probe.name == "namespace-empties"; },
       "the answer lists every object of the namespace, with its whole body",
       deletions_of_namespaces()},
      {Code::ExtensionBodies, is_of_extension,
       "where there are such objects, anyone who reads the audit log reads the tokens, keys and "
       "passwords in them",
       rule_of_level("Metadata", {})},
  };
}

}  // namespace

void find_bodies(const Policy& policy, const audit::Evaluator& evaluator, Findings& findings) {
  for (const BodyLint& lint : body_lints()) {
    auto observations = observe(evaluator, lint.is_about);
    std::erase_if(observations, [](const Observation& observation) {
      return observation.answer.recorded() <= observation.probe->most;
    });
    for (const RuleGroup& group : by_rule(observations)) {
      Level highest = Level::None;
      for (const Observation& observation : group.observations) {
        highest = std::max(highest, observation.answer.recorded());
      }
      Rule wanted = carve_out(policy, group.rule, lint.rule, group.observations);
      if (lint.code == Code::HugeAnswers) wanted.resources.clear();
      const std::string rule = yaml_of(wanted);
      Finding& finding = findings.add(
          lint.code, path_of_decision(policy, group.rule),
          decider(policy, group.rule) + " records " + quoted_probes(group.observations) + " at " +
              std::string(to_string(highest)) + ", with " +
              (highest == Level::Request ? "the request's body: " : "the bodies: ") +
              lint.consequence,
          "put before it:\n" + rule);
      findings.offer_rules(finding, policy, group.rule, rule);
    }
  }
}

namespace {

/// Traffic that is recorded and that hardly anybody wants; one finding for all of it.
struct NoiseLint {
  Code code;
  bool (*is_about)(const Probe& probe);
  const char* consequence;
  /// Exactly the traffic, and nothing that others could do: failed logins have no group and pass
  /// them by, and those of a component name what it asks for.
  std::vector<std::string_view> rules;
};

bool is_noise(const Probe& probe, ProbeTopic topic) {
  return probe.topic == topic && probe.most == Level::None;
}

std::vector<NoiseLint> noise_lints() {
  return {
      {Code::HealthNoise,
       [](const Probe& probe) { return is_noise(probe, ProbeTopic::Health); },
       "probes and scrapes come every few seconds, day and night",
       {"- level: None\n  userGroups: [\"system:authenticated\", \"system:unauthenticated\"]\n"
        "  verbs: [get]\n"
        "  nonResourceURLs: [\"/healthz*\", \"/livez*\", \"/readyz*\", \"/metrics\"]"}},
      {Code::LeaseNoise,
       [](const Probe& probe) { return is_noise(probe, ProbeTopic::Leases); },
       "each node writes one every 10 seconds, each leader every 2",
       {"- level: None\n  userGroups: [\"system:authenticated\"]\n  verbs: [get, update]\n"
        "  resources: [{group: coordination.k8s.io, resources: [leases]}]"}},
      {Code::ControllerNoise,
       [](const Probe& probe) { return is_noise(probe, ProbeTopic::Controllers); },
       "the cluster asks itself, all the time",
       {"- level: None\n  users: [\"system:kube-proxy\"]\n  verbs: [watch]\n"
        "  resources: [{group: \"\", resources: [endpoints, services]}, "
        "{group: discovery.k8s.io, resources: [endpointslices]}]",
        "- level: None\n  users: [\"system:apiserver\"]\n  verbs: [get]\n"
        "  resources: [{group: \"\", resources: [namespaces, endpoints]}]",
        "- level: None\n  users: "
        "[\"system:serviceaccount:kube-system:horizontal-pod-autoscaler\"]\n"
        "  verbs: [get, list]\n  resources: [{group: metrics.k8s.io}]"}},
  };
}

/// Those of the rules that are about one of the users; all that name none.
std::string rules_for(const NoiseLint& lint, const std::vector<Observation>& observations) {
  std::string text;
  for (const std::string_view rule : lint.rules) {
    const bool is_needed =
        rule.find("users: [") == rule.npos ||
        std::ranges::any_of(observations, [&](const Observation& observation) {
          return rule.find("\"" + std::string(observation.probe->who) + "\"") != rule.npos;
        });
    if (is_needed) text += (text.empty() ? "" : "\n") + std::string(rule);
  }
  return text;
}

bool is_recorded(const audit::Evaluator& evaluator, std::string_view name) {
  return ask(evaluator, find_probe(name)->attributes).recorded() != Level::None;
}

void find_half_dropped_events(const Policy& policy, const audit::Evaluator& evaluator,
                              Findings& findings) {
  const auto judge = [&](const char* dropped, const char* kept, const char* text,
                         const char* entry) {
    const int rule = evaluator.evaluate(find_probe(dropped)->attributes).rule;
    if (rule == audit::Decision::kNoRule || is_recorded(evaluator, dropped) ||
        !is_recorded(evaluator, kept)) {
      return;
    }
    findings.add(Code::EventNoise, path_of_decision(policy, rule),
                 decider(policy, rule) + text + ": `" + find_probe(kept)->text() + "` is recorded",
                 std::string("add `") + entry + "` to its resources");
  };
  judge("event-core-create", "event-new-create",
        " drops core events, but clients write them as events.k8s.io today",
        "{group: events.k8s.io, resources: [events]}");
  judge("event-new-create", "event-core-create",
        " drops the events of events.k8s.io, but kubelets and many controllers write them under "
        "the core group",
        "{group: \"\", resources: [events]}");
}

void find_half_dropped(const Policy& policy, const audit::Evaluator& evaluator,
                       Findings& findings) {
  find_half_dropped_events(policy, evaluator, findings);
  const int endpoints = evaluator.evaluate(find_probe("endpoints-update")->attributes).rule;
  const bool names_endpoints =
      endpoints != audit::Decision::kNoRule &&
      std::ranges::any_of(policy.rules[static_cast<std::size_t>(endpoints)].resources,
                          [](const GroupResources& entry) {
                            return std::ranges::find(entry.resources, "endpoints") !=
                                   entry.resources.end();
                          });
  if (names_endpoints && !is_recorded(evaluator, "endpoints-update") &&
      is_recorded(evaluator, "slices-update")) {
    findings.add(Code::EndpointSliceNoise, path_of_decision(policy, endpoints),
                 decider(policy, endpoints) + " drops endpoints, but not what took their place: `" +
                     find_probe("slices-update")->text() + "` is recorded",
                 "add `{group: discovery.k8s.io, resources: [endpointslices]}` to its resources");
  }
}

}  // namespace

void find_noise(const Policy& policy, const audit::Evaluator& evaluator, Findings& findings) {
  for (const NoiseLint& lint : noise_lints()) {
    auto observations = observe(evaluator, lint.is_about);
    std::erase_if(observations, [](const Observation& observation) {
      return observation.answer.recorded() == Level::None;
    });
    if (observations.empty()) continue;
    int first = observations.front().answer.decision.rule;
    for (const Observation& observation : observations) {
      first = std::min(first, observation.answer.decision.rule);
    }
    const int rule = observations.front().answer.decision.rule;
    const std::string rules = rules_for(lint, observations);
    Finding& finding = findings.add(
        lint.code, path_of_decision(policy, rule),
        decider(policy, rule) + " records " + quoted_probes(observations) + ": " + lint.consequence,
        "put before " + (first == rule ? "it" : decider(policy, first)) + ":\n" + rules);
    findings.offer_rules(finding, policy, first, rules);
  }
  find_half_dropped(policy, evaluator, findings);
}

}  // namespace kaudit::policy::lint
