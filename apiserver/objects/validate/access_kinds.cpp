#include <cstdint>
#include <string>
#include <string_view>

#include "apiserver/objects/validate/kinds_rules.hpp"
#include "apiserver/objects/validate/words/label_rules.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/name_rules.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::string_view kGroup[] = {"rbac.authorization.k8s.io"};
constexpr std::string_view kNoGroup[] = {""};

/// Whether a role or binding holds for one namespace, or for the cluster.
enum class Reach : std::uint8_t { Namespace, Cluster };

void check_policy_rule(const FieldPath& path, const Json& rule, Reach reach, Findings& findings) {
  if (items(&rule, "verbs").empty()) {
    findings.declared_required(path.child("verbs"));
  }
  const Json* urls = member(&rule, "nonResourceURLs");
  if (!items(&rule, "nonResourceURLs").empty()) {
    const FieldPath at = path.child("nonResourceURLs");
    if (reach == Reach::Namespace) {
      findings.invalid(at, urls, "namespaced rules cannot apply to non-resource URLs");
    }
    for (const std::string_view name : {"apiGroups", "resources", "resourceNames"}) {
      if (items(&rule, name).empty()) continue;
      findings.invalid(at, urls,
                       "rules cannot apply to both regular resources and non-resource URLs");
      break;
    }
    return;
  }
  if (items(&rule, "apiGroups").empty()) {
    findings.required(path.child("apiGroups"), "resource rules must supply at least one api group");
  }
  if (items(&rule, "resources").empty()) {
    findings.required(path.child("resources"), "resource rules must supply at least one resource");
  }
}

void check_rules(const Json& role, Reach reach, Findings& findings) {
  const FieldPath list("rules");
  std::size_t index = 0;
  for (const Json& rule : items(&role, "rules")) {
    check_policy_rule(list.at(index++), rule, reach, findings);
  }
}

void check_subject(const FieldPath& path, const Json& subject, Reach reach, Findings& findings) {
  constexpr std::string_view kKinds[] = {"ServiceAccount", "User", "Group"};
  const std::string_view name = text(&subject, "name");
  const std::string_view kind = text(&subject, "kind");
  const std::string_view group = text(&subject, "apiGroup");
  if (name.empty()) findings.declared_required(path.child("name"));
  if (kind == "ServiceAccount") {
    if (!name.empty()) check_dns_subdomain(path.child("name"), name, findings);
    if (!group.empty()) findings.not_supported(path.child("apiGroup"), group, kNoGroup);
    if (reach == Reach::Cluster && text(&subject, "namespace").empty()) {
      findings.required(path.child("namespace"));
    }
  } else if (kind == "User" || kind == "Group") {
    check_one_of(path.child("apiGroup"), group, kGroup, findings);
  } else {
    findings.not_supported(path.child("kind"), kind, kKinds);
  }
}

void check_binding(const Json& binding, Reach reach, Findings& findings) {
  constexpr std::string_view kRoles[] = {"Role", "ClusterRole"};
  constexpr std::string_view kClusterRole[] = {"ClusterRole"};
  const FieldPath path("roleRef");
  const Json* ref = member(&binding, "roleRef");
  check_one_of(path.child("apiGroup"), text(ref, "apiGroup"), kGroup, findings);
  if (reach == Reach::Namespace) {
    check_one_of(path.child("kind"), text(ref, "kind"), kRoles, findings);
  } else {
    check_one_of(path.child("kind"), text(ref, "kind"), kClusterRole, findings);
  }
  if (const std::string_view name = text(ref, "name"); name.empty()) {
    findings.declared_required(path.child("name"));
  } else {
    findings.invalid(path.child("name"), name, name_errors(NameRule::PathSegment, name));
  }
  const FieldPath list("subjects");
  std::size_t index = 0;
  for (const Json& subject : items(&binding, "subjects")) {
    check_subject(list.at(index++), subject, reach, findings);
  }
}

}  // namespace

void check_role(const Json& role, Findings& findings) {
  check_rules(role, Reach::Namespace, findings);
}

void check_cluster_role(const Json& role, Findings& findings) {
  check_rules(role, Reach::Cluster, findings);
  const Json* aggregation = member(&role, "aggregationRule");
  if (aggregation == nullptr) return;
  const FieldPath list("aggregationRule.clusterRoleSelectors");
  const auto selectors = items(aggregation, "clusterRoleSelectors");
  if (selectors.empty()) {
    findings.required(list,
                      "at least one clusterRoleSelector required if aggregationRule is non-nil");
  }
  for (std::size_t i = 0; i < selectors.size(); ++i) {
    check_label_selector(list.at(i), &selectors[i], findings);
    if (match_labels(&selectors[i], nullptr) == SelectorMatch::Unreadable) {
      findings.invalid(list.at(i), Json(), "invalid label selector.");
    }
  }
}

void check_role_binding(const Json& binding, Findings& findings) {
  check_binding(binding, Reach::Namespace, findings);
}

void check_cluster_role_binding(const Json& binding, Findings& findings) {
  check_binding(binding, Reach::Cluster, findings);
}

void check_role_ref_change(const Json& before, const Json& after, Findings& findings) {
  const Json* ref = member(&after, "roleRef");
  if (same(member(&before, "roleRef"), ref)) return;
  // As Go prints its own type.
  const auto quoted = [ref](std::string_view name) { return Json(text(ref, name)).dump(); };
  findings.invalid(FieldPath("roleRef"),
                   Shown::verbatim(R"({"APIGroup":)" + quoted("apiGroup") + R"(,"Kind":)" +
                                   quoted("kind") + R"(,"Name":)" + quoted("name") + "}"),
                   kImmutable);
}

}  // namespace kaudit::apiserver::objects::validate
