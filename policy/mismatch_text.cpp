#include "policy/mismatch_text.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include "base/text/quote.hpp"
#include "policy/explain.hpp"

namespace kaudit::policy {
namespace {

using audit::Attributes;

constexpr std::string_view kNobody =
    "nobody is known (the login failed), and a rule with users or userGroups never matches then";

std::string listed(const std::vector<std::string>& values) {
  constexpr std::size_t kShown = 4;
  std::string text = "[";
  for (std::size_t i = 0; i < values.size() && i < kShown; ++i) {
    if (i > 0) text += ", ";
    text += values[i].empty() ? "\"\"" : values[i];
  }
  if (values.size() > kShown) text += ", … " + std::to_string(values.size() - kShown) + " more";
  return text + "]";
}

std::string does_not_name(std::string_view field, const std::vector<std::string>& values,
                          std::string_view value) {
  return std::string(field) + " " + listed(values) + " does not name " + go_quoted(value);
}

std::string group_text(std::string_view group) {
  return group.empty() ? "the core group" : "group " + std::string(group);
}

/// How far an entry of `resources` comes along with a request.
enum class Nearness { Far, OtherGroup, OtherSubresource, OtherName };

Nearness nearness(const GroupResources& entry, const Attributes& request) {
  const bool same_group = entry.group == "*" || entry.group == request.api_group;
  const auto any = [&](auto pattern_fits) {
    return std::ranges::any_of(entry.resources, pattern_fits);
  };
  const auto names = [&](const std::string& pattern) {
    return resource_pattern_matches(pattern, request);
  };
  if (same_group && any(names)) return Nearness::OtherName;
  // "*" of another group was not meant for this request.
  if (!same_group) {
    return any([&](const std::string& pattern) { return pattern != "*" && names(pattern); })
               ? Nearness::OtherGroup
               : Nearness::Far;
  }
  const std::string prefix = std::string(request.resource) + "/";
  const bool related = any([&](const std::string& pattern) {
    return pattern == request.resource || pattern.starts_with(prefix);
  });
  return related ? Nearness::OtherSubresource : Nearness::Far;
}

/// The entry that comes nearest.
const GroupResources& nearest(const Rule& rule, const Attributes& request) {
  return *std::ranges::max_element(
      rule.resources, {}, [&](const GroupResources& entry) { return nearness(entry, request); });
}

std::string resources_reason(const Rule& rule, const Attributes& request) {
  const GroupResources& entry = nearest(rule, request);
  switch (nearness(entry, request)) {
    case Nearness::OtherName:
      return request.name.empty()
                 ? "resourceNames is given, and the request has no name when the policy decides"
                 : does_not_name("resourceNames", entry.resource_names, request.name);
    case Nearness::OtherGroup:
      return "resources names " + resource_path(request) + " of " + group_text(entry.group) +
             ", the request is for that of " + group_text(request.api_group);
    case Nearness::OtherSubresource:
    case Nearness::Far:
      break;
  }
  std::string text = "no entry of resources names " + resource_path(request) + " of " +
                     group_text(request.api_group);
  if (rule.resources.size() == 1) {
    text += " (it has " + group_text(entry.group) + " " + listed(entry.resources) + ")";
  }
  return text;
}

std::string resources_hint(const Rule& rule, const Attributes& request) {
  const GroupResources& entry = nearest(rule, request);
  switch (nearness(entry, request)) {
    case Nearness::OtherName:
      return request.name.empty() ? "create, list and deletecollection cannot be chosen by "
                                    "resourceNames: the name is not in the URL"
                                  : "";
    case Nearness::OtherGroup:
      if (entry.group == "core" || entry.group == "v1") return "the core group is written \"\"";
      return "write group: " + go_quoted(request.api_group);
    case Nearness::OtherSubresource:
      if (request.subresource.empty()) {
        return "a subresource alone does not include " + std::string(request.resource) +
               " itself: name it too";
      }
      return std::string(request.resource) + " alone does not include its subresources: name " +
             resource_path(request) + ", or write " + std::string(request.resource) + "/*";
    case Nearness::Far:
      break;
  }
  const bool star_star = std::ranges::any_of(rule.resources, [](const GroupResources& other) {
    return std::ranges::find(other.resources, "*/*") != other.resources.end();
  });
  return star_star ? "\"*/*\" never matches anything: \"*\" names every resource and subresource"
                   : "";
}

/// True when a value would name `text` if `*` at its end were a wildcard.
bool means_by_star(const std::vector<std::string>& values, std::string_view text) {
  return std::ranges::any_of(values, [&](const std::string& value) {
    return value.ends_with('*') && text.starts_with(value.substr(0, value.size() - 1));
  });
}

bool is_upper(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isupper(c); });
}

std::string verbs_hint(const Rule& rule, const Attributes& request) {
  if (means_by_star(rule.verbs, request.verb)) {
    return "verbs has no wildcard: leave the field out to mean every verb";
  }
  const bool connects = request.subresource == "exec" || request.subresource == "attach" ||
                        request.subresource == "portforward";
  const bool names_create = std::ranges::find(rule.verbs, "create") != rule.verbs.end();
  if (connects && request.verb == "get" && names_create) {
    return "kubectl opens exec, attach and port-forward by GET (WebSocket) since 1.30, so the verb "
           "is get: name both";
  }
  if (std::ranges::any_of(rule.verbs, is_upper)) {
    return "verbs are Kubernetes' and in lower case: create, get, list, watch, update, patch, "
           "delete, deletecollection";
  }
  return "";
}

std::string namespaces_hint(const Rule& rule, const Attributes& request) {
  if (means_by_star(rule.namespaces, request.ns)) {
    return "namespaces has no wildcard: leave the field out to mean every namespace";
  }
  if (request.ns.empty()) {
    return "a request for all namespaces, or for what is in none, has the namespace \"\"";
  }
  if (request.resource == "namespaces") {
    return "a request for the namespace " + std::string(request.ns) +
           " has that namespace, not \"\"";
  }
  return "";
}

}  // namespace

std::string mismatch_reason(const Rule& rule, Condition failed, const Attributes& request) {
  switch (failed) {
    case Condition::Users:
      return request.user == nullptr ? std::string(kNobody)
                                     : does_not_name("users", rule.users, request.user->username);
    case Condition::UserGroups:
      if (request.user == nullptr) return std::string(kNobody);
      return "userGroups " + listed(rule.user_groups) + " names none of the user's groups " +
             listed(request.user->groups);
    case Condition::Verbs:
      return does_not_name("verbs", rule.verbs, request.verb);
    case Condition::ResourceRequest:
      return std::string(rule.resources.empty() ? "namespaces" : "resources") +
             " asks for a resource, and " + std::string(request.path) + " is none";
    case Condition::Namespaces:
      return does_not_name("namespaces", rule.namespaces, request.ns);
    case Condition::Resources:
      return resources_reason(rule, request);
    case Condition::NonResourceRequest:
      return "nonResourceURLs asks for a path that is not a resource, and the request is for " +
             resource_path(request);
    case Condition::NonResourceUrls:
      return does_not_name("nonResourceURLs", rule.non_resource_urls, request.path);
  }
  return "";
}

std::string mismatch_hint(const Rule& rule, Condition failed, const Attributes& request) {
  switch (failed) {
    case Condition::Users:
      if (request.user == nullptr || !means_by_star(rule.users, request.user->username)) break;
      return "users has no wildcard: use userGroups, such as system:nodes or "
             "system:serviceaccounts:NAMESPACE";
    case Condition::UserGroups:
      if (request.user == nullptr ||
          std::ranges::none_of(request.user->groups, [&](const std::string& group) {
            return means_by_star(rule.user_groups, group);
          })) {
        break;
      }
      return "userGroups has no wildcard";
    case Condition::Verbs:
      return verbs_hint(rule, request);
    case Condition::Namespaces:
      return namespaces_hint(rule, request);
    case Condition::Resources:
      return resources_hint(rule, request);
    case Condition::NonResourceUrls:
      return std::ranges::any_of(
                 rule.non_resource_urls,
                 [&](const std::string& url) { return request.path.starts_with(url + "/"); })
                 ? "a path without * at its end matches that path alone"
                 : "";
    case Condition::ResourceRequest:
    case Condition::NonResourceRequest:
      break;
  }
  return "";
}

}  // namespace kaudit::policy
