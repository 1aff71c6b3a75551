#include "apiserver/authz/rbac/rbac_objects.hpp"

#include <array>
#include <utility>

namespace kaudit::apiserver::authz::rbac {
namespace {

using objects::Json;

constexpr std::array<std::pair<SubjectKind, std::string_view>, 3> kSubjectKinds{{
    {SubjectKind::User, "User"},
    {SubjectKind::Group, "Group"},
    {SubjectKind::ServiceAccount, "ServiceAccount"},
}};

SubjectKind subject_kind(std::string_view name) noexcept {
  for (const auto& [kind, text] : kSubjectKinds) {
    if (text == name) return kind;
  }
  return SubjectKind::Unknown;
}

const Json::Array& items(const Json* list) noexcept {
  static const Json::Array kNone;
  return list == nullptr || list->array() == nullptr ? kNone : *list->array();
}

std::vector<std::string> texts(const Json& object, std::string_view member) {
  std::vector<std::string> out;
  for (const Json& item : items(object.find(member))) {
    if (item.string() != nullptr) out.push_back(*item.string());
  }
  return out;
}

std::string metadata_text(const Json& object, std::string_view member) {
  const Json* metadata = object.find("metadata");
  return metadata == nullptr ? std::string() : std::string(metadata->text(member));
}

}  // namespace

std::vector<PolicyRule> read_rules(const Json* rules) {
  std::vector<PolicyRule> out;
  for (const Json& rule : items(rules)) {
    out.push_back({.verbs = texts(rule, "verbs"),
                   .api_groups = texts(rule, "apiGroups"),
                   .resources = texts(rule, "resources"),
                   .resource_names = texts(rule, "resourceNames"),
                   .non_resource_urls = texts(rule, "nonResourceURLs")});
  }
  return out;
}

Role read_role(const Json& object) {
  return {metadata_text(object, "namespace"), metadata_text(object, "name"),
          read_rules(object.find("rules"))};
}

RoleRef read_role_ref(const Json& binding) {
  const Json* role = binding.find("roleRef");
  if (role == nullptr) return {};
  return {std::string(role->text("kind")), std::string(role->text("name"))};
}

Binding read_binding(const Json& object) {
  Binding binding{
      metadata_text(object, "namespace"), metadata_text(object, "name"), read_role_ref(object), {}};
  for (const Json& item : items(object.find("subjects"))) {
    Subject subject{subject_kind(item.text("kind")), std::string(item.text("name")), {}};
    if (subject.kind == SubjectKind::ServiceAccount) {
      subject.ns = item.text("namespace");
      if (subject.ns.empty()) subject.ns = binding.ns;
    }
    binding.subjects.push_back(std::move(subject));
  }
  return binding;
}

std::string_view text(SubjectKind kind) noexcept {
  for (const auto& [known, name] : kSubjectKinds) {
    if (known == kind) return name;
  }
  return "";
}

std::string service_account_user(std::string_view ns, std::string_view name) {
  return "system:serviceaccount:" + std::string(ns) + ":" + std::string(name);
}

}  // namespace kaudit::apiserver::authz::rbac
