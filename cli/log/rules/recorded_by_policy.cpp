#include "cli/log/rules/recorded_by_policy.hpp"

#include <algorithm>

#include "cli/policy/input/request_attributes.hpp"
#include "policy/evaluator.hpp"
#include "policy/lint/known_names.hpp"

namespace kaudit::cli {
namespace {

using Texts = std::vector<std::string>;

/// Requests that are tried for one rule.
constexpr std::size_t kMostTries = 50'000;

Texts values_or(const RuleContext& context, const std::string& path, const Texts& otherwise) {
  const auto found = context.find(path);
  return found == context.end() || found->second.empty() ? otherwise : found->second;
}

/// The groups that have the resource, or those that are asked for.
Texts groups_of(const RuleContext& context, const std::string& resource) {
  Texts groups;
  for (const auto* builtin : policy::lint::builtins_named(resource)) {
    groups.emplace_back(builtin->group);
  }
  if (groups.empty()) groups.emplace_back();
  return values_or(context, "objectRef.apiGroup", groups);
}

bool wants_stage(const RuleContext& context, audit::StageSet omitted) {
  const Texts stages = values_or(
      context, "stage", {"RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"});
  return std::ranges::any_of(stages, [&](const std::string& name) {
    const auto stage = audit::parse_stage(name);
    return stage && !omitted.contains(*stage);
  });
}

}  // namespace

RecordedByPolicy::RecordedByPolicy(const policy::Policy& policy)
    : evaluator_(policy::compile(policy)),
      users_{"kubernetes-admin", "alice", "system:anonymous",
             "system:serviceaccount:default:default", "system:node:node-1"} {
  constexpr std::size_t kMostUsers = 20;
  for (const policy::Rule& rule : policy.rules) {
    for (const std::string& user : rule.users) {
      if (users_.size() < kMostUsers) users_.push_back(user);
    }
  }
}

RecordedByPolicy::Found RecordedByPolicy::of(const RuleContext& context) const {
  Found best;
  std::size_t tries = 0;
  const auto attempt = [&](const RequestAttributes& request) {
    const audit::Decision decision = evaluator_->evaluate(request.view());
    if (decision.level == audit::Level::None || !wants_stage(context, decision.omit_stages)) return;
    best.stage_recorded = true;
    if (decision.level > best.level) {
      best.level = decision.level;
      best.rule = decision.rule;
    }
  };
  const Texts users = values_or(context, "user.username", users_);
  const Texts verbs = values_or(
      context, "verb",
      {"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"});
  const Texts namespaces =
      values_or(context, "objectRef.namespace", {"default", "kube-system", ""});
  const Texts subresources = values_or(context, "objectRef.subresource", {""});
  // Without a resource: any that a rule may be about.
  const Texts resources = values_or(
      context, "objectRef.resource",
      {"pods", "secrets", "configmaps", "deployments", "services", "roles", "nodes", "namespaces"});
  const Texts names = values_or(context, "objectRef.name", {"x"});
  RequestAttributes request;
  for (const std::string& user : users) {
    request.user = user_with_groups(user, {});
    if (user == "kubernetes-admin") request.user->groups.emplace_back("system:masters");
    for (const std::string& verb : verbs) {
      request.verb = verb;
      request.resource_request = true;
      request.path.clear();
      for (const std::string& resource : resources) {
        request.resource = resource;
        for (const std::string& group : groups_of(context, resource)) {
          request.api_group = group;
          request.api_version = "v1";
          for (const std::string& subresource : subresources) {
            request.subresource = subresource;
            for (const std::string& ns : namespaces) {
              request.ns = ns;
              for (const std::string& name : names) {
                request.name = name;
                if (++tries > kMostTries) return best;
                attempt(request);
              }
            }
          }
        }
      }
      if (context.contains("objectRef.resource")) continue;
      request.resource_request = false;
      request.resource.clear();
      request.subresource.clear();
      for (const char* const path : {"/version", "/healthz", "/apis", "/metrics"}) {
        request.path = path;
        attempt(request);
      }
    }
  }
  return best;
}

}  // namespace kaudit::cli
