#include "policy/matching/matcher.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace kaudit::policy {
namespace {

using audit::Attributes;

bool contains(const std::vector<std::string>& values, std::string_view value) {
  return std::ranges::find(values, value) != values.end();
}

bool any_group_matches(const Rule& rule, const Attributes& request) {
  return request.user != nullptr &&
         std::ranges::any_of(request.user->groups, [&](const std::string& group) {
           return contains(rule.user_groups, group);
         });
}

/// text == head + "/" + tail
bool is_path(std::string_view text, std::string_view head, std::string_view tail) noexcept {
  return text.size() == head.size() + 1 + tail.size() && text.starts_with(head) &&
         text[head.size()] == '/' && text.ends_with(tail);
}

// Names are looked at only where resources are given.
bool entry_matches(const GroupResources& entry, const Attributes& request) {
  if (entry.group != "*" && entry.group != request.api_group) return false;
  if (entry.resources.empty()) return true;
  if (!entry.resource_names.empty() && !contains(entry.resource_names, request.name)) return false;
  return std::ranges::any_of(entry.resources, [&](const std::string& pattern) {
    return resource_pattern_matches(pattern, request);
  });
}

std::optional<Condition> target_failure(const Rule& rule, const Attributes& request) {
  if (!rule.namespaces.empty() || !rule.resources.empty()) {
    if (!request.resource_request) return Condition::ResourceRequest;
    if (!rule.namespaces.empty() && !contains(rule.namespaces, request.ns)) {
      return Condition::Namespaces;
    }
    const bool named = rule.resources.empty() ||
                       std::ranges::any_of(rule.resources, [&](const GroupResources& entry) {
                         return entry_matches(entry, request);
                       });
    return named ? std::nullopt : std::optional(Condition::Resources);
  }
  if (rule.non_resource_urls.empty()) return std::nullopt;
  if (request.resource_request) return Condition::NonResourceRequest;
  const bool named = std::ranges::any_of(rule.non_resource_urls, [&](const std::string& pattern) {
    return url_pattern_matches(pattern, request.path);
  });
  return named ? std::nullopt : std::optional(Condition::NonResourceUrls);
}

}  // namespace

std::string_view field_of(Condition condition) noexcept {
  switch (condition) {
    case Condition::Users:
      return "users";
    case Condition::UserGroups:
      return "userGroups";
    case Condition::Verbs:
      return "verbs";
    case Condition::Namespaces:
      return "namespaces";
    case Condition::ResourceRequest:
    case Condition::Resources:
      return "resources";
    case Condition::NonResourceRequest:
    case Condition::NonResourceUrls:
      return "nonResourceURLs";
  }
  return "";
}

std::optional<Condition> first_failure(const Rule& rule, const Attributes& request) {
  if (!rule.users.empty() &&
      (request.user == nullptr || !contains(rule.users, request.user->username))) {
    return Condition::Users;
  }
  if (!rule.user_groups.empty() && !any_group_matches(rule, request)) return Condition::UserGroups;
  if (!rule.verbs.empty() && !contains(rule.verbs, request.verb)) return Condition::Verbs;
  return target_failure(rule, request);
}

int first_match(const Policy& policy, const Attributes& request) {
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    if (!first_failure(policy.rules[i], request)) return static_cast<int>(i);
  }
  return audit::Decision::kNoRule;
}

bool resource_pattern_matches(std::string_view pattern, const Attributes& request) noexcept {
  if (pattern == "*") return true;
  if (request.subresource.empty() && pattern == request.resource) return true;
  if (is_path(pattern, request.resource, "*")) return true;
  return !request.subresource.empty() && (is_path(pattern, request.resource, request.subresource) ||
                                          is_path(pattern, "*", request.subresource));
}

bool url_pattern_matches(std::string_view pattern, std::string_view path) noexcept {
  if (pattern == path) return true;
  if (!pattern.ends_with('*')) return false;
  while (pattern.ends_with('*')) pattern.remove_suffix(1);
  return path.starts_with(pattern);
}

}  // namespace kaudit::policy
