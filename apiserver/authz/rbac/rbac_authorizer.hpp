#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/authz/authorizer.hpp"
#include "apiserver/authz/rbac/index.hpp"

namespace kaudit::apiserver::authz::rbac {

/// Mode RBAC: allows what a role allows that is bound to the user or to one of the groups; has no
/// opinion on anything else. The reason names the binding, its role and the subject. Roles that are
/// bound and do not exist are the reason of a refusal. (plugin/pkg/auth/authorizer/rbac)
class RbacAuthorizer final : public Authorizer {
 public:
  explicit RbacAuthorizer(std::shared_ptr<const Index> index) : index_(std::move(index)) {}
  Authorization authorize(const audit::Attributes& attributes) const override;
  KnownRules rules_for(const audit::UserInfo& user, std::string_view ns) const override;

 private:
  std::shared_ptr<const Index> index_;
};

/// How a role is named that is bound and does not exist: it depends on where one looked for it.
enum class MissingRole : std::uint8_t {
  ByKind,      ///< `clusterrole.rbac.authorization.k8s.io "x" not found`: decisions and reviews
  ByResource,  ///< `clusterroles.rbac.authorization.k8s.io "x" not found`: writes
};

/// The rules that bindings give a user in a namespace, and why some could not be found.
KnownRules rules_of(const Snapshot& snapshot, const audit::UserInfo& user, std::string_view ns,
                    MissingRole wording = MissingRole::ByKind);

/// Why a binding gives nothing.
std::string missing_role_text(const RoleRef& role, MissingRole wording = MissingRole::ByKind);

}  // namespace kaudit::apiserver::authz::rbac
