// What a decision costs. The policies of 10 to 10,000 rules are of one make: all rules but the last
// name other users, so that a search from the top would look at every rule (Kubernetes' own checker
// takes 11 ns a rule on it).
#include <cstdlib>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "policy/evaluator.hpp"
#include "policy/loader.hpp"

namespace kaudit::policy {
namespace {

Policy last_rule_matches(std::size_t rule_count) {
  Policy policy;
  for (std::size_t i = 0; i + 1 < rule_count; ++i) {
    const std::string n = std::to_string(i);
    Rule rule;
    rule.level = "None";
    rule.users = {"user-" + n, "system:node:n" + n};
    rule.verbs = {"get", "list", "watch"};
    rule.resources = {{"", {"res" + n, "res" + n + "/status"}, {}}, {"apps", {"kind" + n}, {}}};
    policy.rules.push_back(std::move(rule));
  }
  Rule last;
  last.level = "RequestResponse";
  last.verbs = {"update", "patch"};
  last.namespaces = {"default"};
  last.resources = {{"", {"pods", "pods/status"}, {}}};
  policy.rules.push_back(std::move(last));
  return policy;
}

/// The hardest shape: every property of the request is named by half of the rules, and only the
/// last by all.
Policy dense(std::size_t rule_count) {
  Policy policy;
  for (std::size_t i = 0; i < rule_count; ++i) {
    const bool is_last = i + 1 == rule_count;
    Rule rule;
    rule.level = "Metadata";
    rule.verbs = {is_last || i % 2 == 0 ? "update" : "get"};
    rule.namespaces = {is_last || i % 2 == 1 ? "default" : "kube-system"};
    rule.resources = {{"", {"pods"}, {}}};
    policy.rules.push_back(std::move(rule));
  }
  return policy;
}

audit::UserInfo controller() {
  audit::UserInfo user;
  user.username = "system:serviceaccount:kube-system:replicaset-controller";
  user.groups = {"system:serviceaccounts", "system:serviceaccounts:kube-system",
                 "system:authenticated"};
  return user;
}

audit::Attributes pod_update(const audit::UserInfo& user) {
  audit::Attributes attributes;
  attributes.user = &user;
  attributes.verb = "update";
  attributes.resource_request = true;
  attributes.api_version = "v1";
  attributes.resource = "pods";
  attributes.ns = "default";
  attributes.name = "web-1";
  attributes.path = "/api/v1/namespaces/default/pods/web-1";
  return attributes;
}

void run(benchmark::State& state, const Policy& policy) {
  const auto evaluator = compile(policy);
  const audit::UserInfo user = controller();
  const audit::Attributes attributes = pod_update(user);
  if (evaluator->evaluate(attributes).rule + 1 != static_cast<int>(policy.rules.size())) {
    return state.SkipWithError("the last rule should match");
  }
  for (auto _ : state) benchmark::DoNotOptimize(evaluator->evaluate(attributes));
}

void LastRuleMatches(benchmark::State& state) {
  run(state, last_rule_matches(static_cast<std::size_t>(state.range(0))));
}
BENCHMARK(LastRuleMatches)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000);

void DenseRules(benchmark::State& state) {
  run(state, dense(static_cast<std::size_t>(state.range(0))));
}
BENCHMARK(DenseRules)->Arg(1'000)->Arg(10'000);

/// A real policy of 17 rules, over requests of an ordinary cluster.
void Gke(benchmark::State& state) {
  const auto loaded = load_policy_file(KAUDIT_TESTDATA "/eval/gce-configure-helper.policy.yaml");
  if (!loaded) return state.SkipWithError(loaded.error().message.c_str());
  const auto evaluator = compile(loaded->policy);
  const audit::UserInfo user = controller();
  std::vector<audit::Attributes> requests(4, pod_update(user));
  requests[1].verb = "list";
  requests[2].resource = "secrets";
  requests[3].resource_request = false;
  requests[3].path = "/healthz";
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(evaluator->evaluate(requests[next]));
    next = (next + 1) % requests.size();
  }
}
BENCHMARK(Gke);

void Compile(benchmark::State& state) {
  const Policy policy = last_rule_matches(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(compile(policy));
}
BENCHMARK(Compile)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kaudit::policy
