// Roles and bindings as any JSON, and what is decided by them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "apiserver/authz/rbac/coverage.hpp"
#include "apiserver/authz/rbac/rbac_authorizer.hpp"

using namespace kaudit::apiserver;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = objects::Json::parse(text);
  if (!json) return 0;
  authz::rbac::Role role = authz::rbac::read_role(*json);
  const authz::rbac::Binding binding = authz::rbac::read_binding(*json);
  const auto rules = role.rules;
  // Everything that it allows is held by who holds it; nothing is by who holds nothing.
  const auto missing = authz::rbac::missing_rules(rules, rules);
  if (missing) (void)authz::rbac::described(*missing);

  const auto index = std::make_shared<authz::rbac::Index>();
  index->apply({role, binding});
  const authz::rbac::RbacAuthorizer authorizer(index);
  kaudit::audit::UserInfo user;
  user.username = "jane";
  for (const auto& subject : binding.subjects) {
    if (subject.kind == authz::rbac::SubjectKind::User) user.username = subject.name;
    if (subject.kind == authz::rbac::SubjectKind::Group) user.groups.push_back(subject.name);
  }
  const auto known = authorizer.rules_for(user, binding.ns);
  kaudit::audit::Attributes request;
  request.user = &user;
  request.ns = binding.ns;
  request.verb = "get";
  request.path = "/version";
  for (const bool resource : {false, true}) {
    request.resource_request = resource;
    request.resource = resource ? "pods" : "";
    const auto answer = authorizer.authorize(request);
    const bool allowed = answer.decision == authz::Authorization::Decision::Allow;
    bool by_rules = false;
    for (const auto& rule : known.rules) by_rules = by_rules || authz::allows(rule, request);
    if (allowed != by_rules) std::abort();
  }
  // Gone again, it leaves nothing behind.
  index->apply({authz::rbac::Place{authz::rbac::Place::Kind::Binding, binding.ns, binding.name}});
  if (!authorizer.rules_for(user, binding.ns).rules.empty()) std::abort();
  return 0;
}
