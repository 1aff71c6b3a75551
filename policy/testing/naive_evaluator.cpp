#include "policy/testing/naive_evaluator.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace kaudit::policy::testing {
namespace {

using audit::Attributes;

bool contains(const std::vector<std::string>& values, std::string_view value) {
  return std::ranges::find(values, value) != values.end();
}

bool user_matches(const Rule& rule, const Attributes& attributes) {
  return rule.users.empty() ||
         (attributes.user != nullptr && contains(rule.users, attributes.user->username));
}

bool group_matches(const Rule& rule, const Attributes& attributes) {
  if (rule.user_groups.empty()) return true;
  return attributes.user != nullptr &&
         std::ranges::any_of(attributes.user->groups,
                             [&](const auto& group) { return contains(rule.user_groups, group); });
}

bool pattern_matches(std::string_view pattern, const Attributes& attributes) {
  const std::string resource(attributes.resource);
  const std::string subresource(attributes.subresource);
  const std::string combined = subresource.empty() ? resource : resource + "/" + subresource;
  return pattern == "*" || pattern == combined || pattern == resource + "/*" ||
         (!subresource.empty() && pattern == "*/" + subresource);
}

bool entry_matches(const GroupResources& entry, const Attributes& attributes) {
  if (entry.group != "*" && entry.group != attributes.api_group) return false;
  if (entry.resources.empty()) return true;
  const bool name_matches =
      entry.resource_names.empty() || contains(entry.resource_names, attributes.name);
  return name_matches && std::ranges::any_of(entry.resources, [&](const auto& pattern) {
           return pattern_matches(pattern, attributes);
         });
}

bool resource_matches(const Rule& rule, const Attributes& attributes) {
  if (!attributes.resource_request) return false;
  if (!rule.namespaces.empty() && !contains(rule.namespaces, attributes.ns)) return false;
  return rule.resources.empty() || std::ranges::any_of(rule.resources, [&](const auto& entry) {
           return entry_matches(entry, attributes);
         });
}

bool url_matches(std::string_view pattern, std::string_view path) {
  if (pattern == path) return true;
  if (!pattern.ends_with('*')) return false;
  while (pattern.ends_with('*')) pattern.remove_suffix(1);
  return path.starts_with(pattern);
}

bool path_matches(const Rule& rule, const Attributes& attributes) {
  return !attributes.resource_request &&
         std::ranges::any_of(rule.non_resource_urls, [&](const auto& pattern) {
           return url_matches(pattern, attributes.path);
         });
}

bool matches(const Rule& rule, const Attributes& attributes) {
  if (!user_matches(rule, attributes) || !group_matches(rule, attributes)) return false;
  if (!rule.verbs.empty() && !contains(rule.verbs, attributes.verb)) return false;
  if (!rule.resources.empty() || !rule.namespaces.empty())
    return resource_matches(rule, attributes);
  return rule.non_resource_urls.empty() || path_matches(rule, attributes);
}

}  // namespace

int first_match(const Policy& policy, const Attributes& attributes) {
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    if (matches(policy.rules[i], attributes)) return static_cast<int>(i);
  }
  return audit::Decision::kNoRule;
}

}  // namespace kaudit::policy::testing
