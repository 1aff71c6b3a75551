#include <algorithm>
#include <string>
#include <vector>

#include "policy/lint/passes.hpp"
#include "policy/lint/probe_groups.hpp"
#include "policy/lint/text.hpp"

namespace kaudit::policy::lint {
namespace {

using audit::Level;

/// One kind of body that should not be in a log.
struct BodyLint {
  Code code;
  bool (*is_about)(const Probe& probe);
  const char* consequence;
  const char* rule;
};

bool is_about(const Probe& probe, std::string_view resource) {
  return probe.attributes.resource == resource && probe.most < Level::RequestResponse &&
         (probe.topic == ProbeTopic::Secrets || probe.topic == ProbeTopic::Tokens);
}

constexpr BodyLint kBodyLints[] = {
    {Code::SecretBodies, [](const Probe& probe) { return is_about(probe, "secrets"); },
     "whoever reads the audit log reads the Secrets",
     "- level: Metadata\n  resources: [{group: \"\", resources: [secrets]}]"},
    {Code::TokenBodies,
     [](const Probe& probe) {
       return is_about(probe, "serviceaccounts") || is_about(probe, "tokenreviews");
     },
     "the log holds live tokens, and whoever reads it can use them",
     "- level: Metadata\n  resources: [{group: \"\", resources: [serviceaccounts/token]}, "
     "{group: authentication.k8s.io, resources: [tokenreviews]}]"},
    {Code::ConfigMapBodies, [](const Probe& probe) { return is_about(probe, "configmaps"); },
     "ConfigMaps often hold passwords, and CIS 3.2.2 asks for their metadata only",
     "- level: Metadata\n  resources: [{group: \"\", resources: [configmaps]}]"},
    {Code::CertificateBodies,
     [](const Probe& probe) { return is_about(probe, "certificatesigningrequests"); },
     "the log holds the certificates that were asked for and whom they are for",
     "- level: Metadata\n  resources: [{group: certificates.k8s.io, resources: "
     "[\"certificatesigningrequests/*\"]}]"},
    {Code::HugeAnswers, [](const Probe& probe) { return probe.name == "namespace-empties"; },
     "the answer lists every object of the namespace, with its whole body",
     "- level: Request\n  users: [\"system:serviceaccount:kube-system:namespace-controller\"]\n"
     "  verbs: [deletecollection]"},
};

}  // namespace

void find_bodies(const Policy& policy, const audit::Evaluator& evaluator, Findings& findings) {
  for (const BodyLint& lint : kBodyLints) {
    auto observations = observe(evaluator, lint.is_about);
    std::erase_if(observations, [](const Observation& observation) {
      return observation.answer.recorded() <= observation.probe->most;
    });
    for (const RuleGroup& group : by_rule(observations)) {
      Level highest = Level::None;
      for (const Observation& observation : group.observations) {
        highest = std::max(highest, observation.answer.recorded());
      }
      findings.add(lint.code, path_of_decision(policy, group.rule),
                   decider(policy, group.rule) + " records " + quoted_probes(group.observations) +
                       " at " + std::string(to_string(highest)) + ", with " +
                       (highest == Level::Request ? "the request's body: " : "the bodies: ") +
                       lint.consequence,
                   std::string("put before it:\n") + lint.rule);
    }
  }
}

namespace {

/// Traffic that is recorded and that hardly anybody wants; one finding for all of it.
struct NoiseLint {
  Code code;
  bool (*is_about)(const Probe& probe);
  const char* consequence;
  const char* rule;
};

bool is_noise(const Probe& probe, ProbeTopic topic) {
  return probe.topic == topic && probe.most == Level::None;
}

constexpr NoiseLint kNoiseLints[] = {
    {Code::HealthNoise, [](const Probe& probe) { return is_noise(probe, ProbeTopic::Health); },
     "probes and scrapes come every few seconds, day and night",
     "- level: None\n  nonResourceURLs: [\"/healthz*\", \"/livez*\", \"/readyz*\", \"/metrics\"]"},
    {Code::LeaseNoise, [](const Probe& probe) { return is_noise(probe, ProbeTopic::Leases); },
     "each node writes one every 10 seconds, each leader every 2",
     "- level: None\n  verbs: [get, update]\n"
     "  resources: [{group: coordination.k8s.io, resources: [leases]}]"},
    {Code::ControllerNoise,
     [](const Probe& probe) { return is_noise(probe, ProbeTopic::Controllers); },
     "the cluster asks itself, all the time",
     "- level: None\n  users: [\"system:kube-proxy\", \"system:apiserver\", "
     "\"system:serviceaccount:kube-system:horizontal-pod-autoscaler\"]\n"
     "  verbs: [get, list, watch]"},
};

bool is_recorded(const audit::Evaluator& evaluator, std::string_view name) {
  return ask(evaluator, find_probe(name)->attributes).recorded() != Level::None;
}

void find_half_dropped(const Policy& policy, const audit::Evaluator& evaluator,
                       Findings& findings) {
  const int old_events = evaluator.evaluate(find_probe("event-core-create")->attributes).rule;
  if (old_events != audit::Decision::kNoRule && !is_recorded(evaluator, "event-core-create") &&
      is_recorded(evaluator, "event-new-create")) {
    findings.add(Code::EventNoise, path_of_decision(policy, old_events),
                 decider(policy, old_events) +
                     " drops core events, but clients write them as events.k8s.io today: `" +
                     find_probe("event-new-create")->text() + "` is recorded",
                 "add `{group: events.k8s.io, resources: [events]}` to its resources");
  }
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
  for (const NoiseLint& lint : kNoiseLints) {
    auto observations = observe(evaluator, lint.is_about);
    std::erase_if(observations, [](const Observation& observation) {
      return observation.answer.recorded() == Level::None;
    });
    if (observations.empty()) continue;
    const int rule = observations.front().answer.decision.rule;
    findings.add(
        lint.code, path_of_decision(policy, rule),
        decider(policy, rule) + " records " + quoted_probes(observations) + ": " + lint.consequence,
        std::string("put before it:\n") + lint.rule);
  }
  find_half_dropped(policy, evaluator, findings);
}

}  // namespace kaudit::policy::lint
