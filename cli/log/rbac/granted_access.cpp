#include "cli/log/rbac/granted_access.hpp"

#include <algorithm>
#include <utility>

#include "audit/rules/rule_yaml.hpp"
#include "base/yaml/reader.hpp"

namespace kaudit::cli {
namespace {

using audit::rules::member_text;

std::vector<std::string> texts_at(const yaml::Node& node, std::string_view key) {
  const yaml::Node* const found = yaml::find(node, key);
  return found == nullptr ? std::vector<std::string>() : audit::rules::texts_of(*found);
}

AccessRule rule_of(const yaml::Node& node) {
  return {texts_at(node, "apiGroups"), texts_at(node, "resources"), texts_at(node, "resourceNames"),
          texts_at(node, "nonResourceURLs"), texts_at(node, "verbs")};
}

bool has_or_star(const std::vector<std::string>& texts, std::string_view wanted) {
  return std::ranges::any_of(texts,
                             [&](const std::string& one) { return one == "*" || one == wanted; });
}

bool path_matches(const std::vector<std::string>& patterns, std::string_view path) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    if (pattern == path) return true;
    return pattern.ends_with('*') &&
           path.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
  });
}

/// `pods/exec` is matched by itself, by `*` and by `*/exec`.
bool resource_matches(const std::vector<std::string>& resources, const std::string& resource) {
  const std::size_t slash = resource.find('/');
  return has_or_star(resources, resource) ||
         (slash != std::string::npos &&
          std::ranges::find(resources, "*" + resource.substr(slash)) != resources.end());
}

bool rule_allows(const AccessRule& rule, const AccessRequest& request) {
  if (!has_or_star(rule.verbs, request.verb)) return false;
  if (request.resource.empty()) return path_matches(rule.paths, request.path);
  return has_or_star(rule.groups, request.group) &&
         resource_matches(rule.resources, request.resource) &&
         (rule.names.empty() || std::ranges::find(rule.names, request.name) != rule.names.end());
}

}  // namespace

Result<void> GrantedAccess::add_manifests(std::string_view text, const std::string& file) {
  for (const audit::rules::YamlPart& part : audit::rules::yaml_parts(text)) {
    const auto document = yaml::read_document(part.text);
    if (!document) return fail(file + ": " + document.error().message);
    add_object(*document->root);
  }
  return {};
}

void GrantedAccess::add_object(const yaml::Node& node) {
  if (const yaml::Node* const items = yaml::find(node, "items")) {
    if (const auto* sequence = items->sequence()) {
      for (const yaml::Node* item : *sequence) {
        if (yaml::find(*item, "items") == nullptr) add_object(*item);
      }
    }
    return;
  }
  const std::string kind = member_text(node, "kind").value_or("");
  const yaml::Node* const metadata = yaml::find(node, "metadata");
  if (metadata == nullptr) return;
  const std::string name = member_text(*metadata, "name").value_or("");
  const bool namespaced = kind == "Role" || kind == "RoleBinding";
  const std::string ns = namespaced ? member_text(*metadata, "namespace").value_or("default") : "";
  if (kind == "Role" || kind == "ClusterRole") {
    Role role{ns, name, {}};
    if (const yaml::Node* const rules = yaml::find(node, "rules"); rules && rules->sequence()) {
      for (const yaml::Node* rule : *rules->sequence()) role.rules.push_back(rule_of(*rule));
    }
    roles_.push_back(std::move(role));
    return;
  }
  const yaml::Node* const reference = yaml::find(node, "roleRef");
  if ((kind != "RoleBinding" && kind != "ClusterRoleBinding") || reference == nullptr) return;
  Binding binding{ns,
                  member_text(*reference, "kind").value_or(""),
                  member_text(*reference, "name").value_or(""),
                  {},
                  {}};
  if (const yaml::Node* const subjects = yaml::find(node, "subjects");
      subjects && subjects->sequence()) {
    for (const yaml::Node* subject : *subjects->sequence()) {
      const std::string subject_kind = member_text(*subject, "kind").value_or("");
      const std::string subject_name = member_text(*subject, "name").value_or("");
      if (subject_kind == "User") binding.users.push_back(subject_name);
      if (subject_kind == "Group") binding.groups.push_back(subject_name);
      if (subject_kind == "ServiceAccount") {
        binding.users.push_back(
            "system:serviceaccount:" + member_text(*subject, "namespace").value_or(ns) + ":" +
            subject_name);
      }
    }
  }
  bindings_.push_back(std::move(binding));
}

std::vector<AccessRole> GrantedAccess::roles_of(const AccessSubject& subject) const {
  std::vector<AccessRole> found;
  for (const Binding& binding : bindings_) {
    const bool meant = std::ranges::find(binding.users, subject.user) != binding.users.end() ||
                       std::ranges::any_of(subject.groups, [&](const std::string& group) {
                         return std::ranges::find(binding.groups, group) != binding.groups.end();
                       });
    if (!meant) continue;
    for (const Role& role : roles_) {
      const bool cluster = binding.role_kind == "ClusterRole";
      if (role.name != binding.role_name || role.ns.empty() != cluster) continue;
      if (!cluster && role.ns != binding.ns) continue;
      found.push_back({binding.ns, role.rules});
    }
  }
  return found;
}

bool is_granted(const std::vector<AccessRole>& roles, const AccessRequest& request) {
  return std::ranges::any_of(roles, [&](const AccessRole& role) {
    if (!role.ns.empty() && (role.ns != request.ns || request.resource.empty())) return false;
    return std::ranges::any_of(role.rules,
                               [&](const AccessRule& rule) { return rule_allows(rule, request); });
  });
}

}  // namespace kaudit::cli
