#include "apiserver/authz/rbac/rbac_authorizer.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::authz::rbac {
namespace {

// A service account is shown the wrong way round, as Kubernetes shows it: `NAME/NAMESPACE`.
std::string described(const Subject& subject) {
  std::string name = subject.name;
  if (subject.kind == SubjectKind::ServiceAccount) name += "/" + subject.ns;
  return std::string(text(subject.kind)) + " " + go_quoted(name);
}

std::string reason(const Binding& binding, const audit::UserInfo& user) {
  const bool cluster = binding.ns.empty();
  std::string out =
      cluster ? "RBAC: allowed by ClusterRoleBinding " : "RBAC: allowed by RoleBinding ";
  append_quoted(out, cluster ? binding.name : binding.name + "/" + binding.ns);
  out += " of " + binding.role.kind + " ";
  append_quoted(out, binding.role.name);
  const Subject* subject = Snapshot::first_subject(binding, user);
  return out + " to " + (subject == nullptr ? std::string() : described(*subject));
}

}  // namespace

std::string missing_role_text(const RoleRef& role, MissingRole wording) {
  if (role.kind != "Role" && role.kind != "ClusterRole") {
    return "unsupported role reference kind: " + go_quoted(role.kind);
  }
  return lower_case(role.kind) + (wording == MissingRole::ByResource ? "s" : "") +
         ".rbac.authorization.k8s.io " + go_quoted(role.name) + " not found";
}

Authorization RbacAuthorizer::authorize(const audit::Attributes& attributes) const {
  if (attributes.user == nullptr) return {};
  const auto snapshot = index_->snapshot();
  const audit::UserInfo& user = *attributes.user;
  Authorization answer;
  std::vector<std::string> errors;
  snapshot->for_each_role(user, attributes.ns, [&](const Binding& binding, const Role* role) {
    if (role == nullptr) {
      errors.push_back(missing_role_text(binding.role));
      return true;
    }
    const bool allowed =
        std::any_of(role->rules.begin(), role->rules.end(),
                    [&](const PolicyRule& rule) { return allows(rule, attributes); });
    if (!allowed) return true;
    answer = {Authorization::Decision::Allow, reason(binding, user)};
    return false;
  });
  if (answer.decision == Authorization::Decision::NoOpinion && !errors.empty()) {
    answer.reason = "RBAC: " + aggregated(errors);
  }
  return answer;
}

KnownRules rules_of(const Snapshot& snapshot, const audit::UserInfo& user, std::string_view ns,
                    MissingRole wording) {
  KnownRules known;
  std::set<const Binding*> seen;
  snapshot.for_each_binding(user, ns, [&](const Binding& binding, const Role* role) {
    if (!seen.insert(&binding).second) return true;
    if (role == nullptr) {
      known.errors.push_back(missing_role_text(binding.role, wording));
    } else {
      known.rules.insert(known.rules.end(), role->rules.begin(), role->rules.end());
    }
    return true;
  });
  return known;
}

KnownRules RbacAuthorizer::rules_for(const audit::UserInfo& user, std::string_view ns) const {
  return rules_of(*index_->snapshot(), user, ns);
}

}  // namespace kaudit::apiserver::authz::rbac
