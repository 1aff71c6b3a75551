#include "apiserver/api/access/grants.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/api/status_errors.hpp"
#include "apiserver/authz/authorizer.hpp"
#include "apiserver/authz/rbac/coverage.hpp"
#include "apiserver/authz/rbac/index.hpp"
#include "apiserver/authz/rbac/rbac_authorizer.hpp"
#include "apiserver/identity/well_known.hpp"
#include "apiserver/objects/apply/values.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::api {
namespace {

using authz::PolicyRule;
using objects::Json;

constexpr std::string_view kGroup = "rbac.authorization.k8s.io";

bool is_superuser(const audit::UserInfo& user) {
  return std::find(user.groups.begin(), user.groups.end(), identity::kPrivilegedGroup) !=
         user.groups.end();
}

bool may(const Call& call, audit::Attributes attributes) {
  attributes.user = &*call.scope.user;
  attributes.resource_request = true;
  attributes.api_version = "*";
  return call.options.authorizer->authorize(attributes).decision ==
         authz::Authorization::Decision::Allow;
}

bool may_escalate(const Call& call) {
  audit::Attributes asked;
  asked.verb = "escalate";
  asked.api_group = call.resource.group;
  asked.resource = call.resource.name;
  asked.name = call.scope.info.name;
  asked.ns = call.ns;
  return may(call, asked);
}

bool may_bind(const Call& call, const Json& role) {
  audit::Attributes asked;
  const std::string_view kind = role.text("kind");
  if (kind != "Role" && kind != "ClusterRole") return false;
  asked.verb = "bind";
  asked.api_group = role.text("apiGroup");
  asked.resource = kind == "Role" ? "roles" : "clusterroles";
  asked.name = role.text("name");
  asked.ns = call.ns;
  return may(call, asked);
}

// What the garbage collector changes is nobody's grant. (registry/rbac IsOnlyMutatingGCFields)
bool changes_only_owners(const Json& current, Json wanted) {
  Json before = current;
  for (Json* object : {&before, &wanted}) {
    for (const std::string_view member :
         {"ownerReferences", "finalizers", "selfLink", "managedFields"}) {
      object->find("metadata")->erase(member);
    }
  }
  return objects::apply::same_value(before, wanted);
}

audit::Status refuse(const Call& call, const Json& wanted, std::string_view why) {
  return forbidden(call.resource, wanted.find("metadata")->text("name"), why);
}

// (registry/rbac/validation ConfirmNoEscalation)
Expected<void> check_held(const Call& call, const Json& wanted,
                          const std::vector<PolicyRule>& rules) {
  const audit::UserInfo& user = call.scope.user;
  const auto held = authz::rbac::rules_of(*call.options.roles->snapshot(), user, call.ns,
                                          authz::rbac::MissingRole::ByResource);
  const auto missing = authz::rbac::missing_rules(held.rules, rules);
  if (missing && missing->empty()) return {};
  std::string why = "user " + go_quoted(user.username) +
                    " (groups=" + authz::quoted_list(user.groups) +
                    ") is attempting to grant RBAC permissions not currently held:\n" +
                    (missing ? authz::rbac::described(*missing) : missing.error().message);
  if (!held.errors.empty()) {
    why += "; resolution errors: [" + authz::aggregated(held.errors) + "]";
  }
  return tl::unexpected(refuse(call, wanted, why));
}

bool gathers(const Json* role) {
  const Json* rule = role == nullptr ? nullptr : role->find("aggregationRule");
  const Json* list = rule == nullptr ? nullptr : rule->find("clusterRoleSelectors");
  return list != nullptr && list->array() != nullptr && !list->array()->empty();
}

Expected<void> check_role(const Call& call, const Json* current, const Json& wanted) {
  if (may_escalate(call)) return {};
  if (auto held = check_held(call, wanted, authz::rbac::read_rules(wanted.find("rules"))); !held) {
    return held;
  }
  if (!gathers(&wanted) && !gathers(current)) return {};
  // It may gather anything, now or later.
  static const std::vector<PolicyRule> kEverything{{{"*"}, {"*"}, {"*"}, {}, {}},
                                                   {{"*"}, {}, {}, {}, {"*"}}};
  if (check_held(call, wanted, kEverything)) return {};
  return tl::unexpected(
      refuse(call, wanted, "must have cluster-admin privileges to use the aggregationRule"));
}

Expected<void> check_binding(const Call& call, const Json& wanted) {
  static const Json kNone{Json::Object()};
  const Json* role = wanted.find("roleRef");
  if (role == nullptr) role = &kNone;
  if (may_bind(call, *role)) return {};
  const authz::rbac::RoleRef ref = authz::rbac::read_role_ref(wanted);
  if (ref.kind != "Role" && ref.kind != "ClusterRole") {
    return tl::unexpected(unexpected(authz::rbac::missing_role_text(ref)));
  }
  const auto snapshot = call.options.roles->snapshot();
  const authz::rbac::Role* found = snapshot->role(ref, call.ns);
  if (found == nullptr) {
    const auto* resource =
        objects::find_resource(kGroup, "v1", ref.kind == "Role" ? "roles" : "clusterroles");
    return tl::unexpected(not_found(*resource, ref.name));
  }
  return check_held(call, wanted, found->rules);
}

}  // namespace

Expected<void> check_grant(const Call& call, const Json* current, const Json& wanted) {
  if (call.resource.group != kGroup || call.options.authorizer == nullptr ||
      call.options.roles == nullptr || is_superuser(call.scope.user)) {
    return {};
  }
  if (current != nullptr && changes_only_owners(*current, wanted)) return {};
  const bool binding = call.resource.name.ends_with("bindings");
  return binding ? check_binding(call, wanted) : check_role(call, current, wanted);
}

}  // namespace kaudit::apiserver::api
