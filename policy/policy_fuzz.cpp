// Any text may be given for a policy; one that loads decides as asking rule after rule does.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "policy/describe.hpp"
#include "policy/evaluator.hpp"
#include "policy/loader.hpp"
#include "policy/matching/matcher.hpp"

namespace {

using namespace kaudit;

void decide(const policy::Policy& policy, const audit::Evaluator& evaluator,
            const audit::Attributes& attributes) {
  const audit::Decision decision = evaluator.evaluate(attributes);
  if (decision.rule != policy::first_match(policy, attributes)) std::abort();
  (void)describe(decision, policy);
}

std::string first_or(const std::vector<std::string>& values, const char* otherwise) {
  return values.empty() ? otherwise : values.front();
}

/// A request made of what the rule asks for, so that rules match.
void decide_for(const policy::Policy& policy, const audit::Evaluator& evaluator,
                const policy::Rule& rule) {
  audit::UserInfo user;
  user.username = first_or(rule.users, "alice");
  user.groups = rule.user_groups;
  const std::string verb = first_or(rule.verbs, "get");
  const std::string ns = first_or(rule.namespaces, "default");
  const std::string path = first_or(rule.non_resource_urls, "/healthz");
  const policy::GroupResources entry =
      rule.resources.empty() ? policy::GroupResources{} : rule.resources.front();
  const std::string pattern = first_or(entry.resources, "pods");
  const std::string name = first_or(entry.resource_names, "x");

  audit::Attributes attributes;
  attributes.user = &user;
  attributes.verb = verb;
  attributes.resource_request = rule.non_resource_urls.empty();
  attributes.api_group = entry.group;
  attributes.resource = std::string_view(pattern).substr(0, pattern.find('/'));
  if (const auto slash = pattern.find('/'); slash != pattern.npos) {
    attributes.subresource = std::string_view(pattern).substr(slash + 1);
  }
  attributes.ns = ns;
  attributes.name = name;
  attributes.path = path;
  decide(policy, evaluator, attributes);
  attributes.user = nullptr;
  attributes.resource_request = !attributes.resource_request;
  decide(policy, evaluator, attributes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const policy::LoadReport report =
      policy::read_policy({reinterpret_cast<const char*>(data), size}, "fuzz.yaml");
  if (!report.policy) return report.refusal.empty() ? std::abort(), 0 : 0;
  const auto evaluator = policy::compile(*report.policy);
  for (const policy::Rule& rule : report.policy->rules) {
    decide_for(*report.policy, *evaluator, rule);
  }
  return 0;
}
