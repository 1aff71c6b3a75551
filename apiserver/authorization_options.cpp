#include "apiserver/authorization_options.hpp"

#include <algorithm>

#include "base/logging.hpp"

namespace kaudit::apiserver {

void AuthorizationOptions::add_flags(FlagSet& flags) {
  flags.group("Authorization");
  flags.add("authorization-mode", &modes,
            "Authorizers to ask in this order: AlwaysAllow, AlwaysDeny, Node, RBAC. RBAC goes by "
            "the Roles, ClusterRoles and bindings that are stored; Node allows nothing of its "
            "own. Members of system:masters are allowed before any is asked. With AlwaysAllow "
            "requests without a credential are refused, whatever --anonymous-auth says.");
  flags.offer("authorization-mode", {"AlwaysAllow", "AlwaysDeny", "Node", "RBAC"});
}

void AuthorizationOptions::apply_to(identity::AuthenticationOptions& authentication) const {
  const bool everything = std::find(modes.begin(), modes.end(), "AlwaysAllow") != modes.end();
  if (!everything || !authentication.anonymous_auth) return;
  log_warning(
      "AnonymousAuth is not allowed with the AlwaysAllow authorizer. Resetting AnonymousAuth to "
      "false. You should use a different authorizer");
  authentication.anonymous_auth = false;
}

}  // namespace kaudit::apiserver
