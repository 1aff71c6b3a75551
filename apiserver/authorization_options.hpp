#pragma once

#include <string>
#include <vector>

#include "apiserver/identity/authenticator.hpp"
#include "base/flags/flags.hpp"

namespace kaudit::apiserver {

/// The flags of "Authorization", named as kube-apiserver's.
struct AuthorizationOptions {
  std::vector<std::string> modes = {"AlwaysAllow"};

  void add_flags(FlagSet& flags);
  /// Where everybody may do everything, requests without a credential are refused: switches them
  /// off, and says so in the log. (kubernetes pkg/kubeapiserver/options ApplyAuthorization)
  void apply_to(identity::AuthenticationOptions& authentication) const;
};

}  // namespace kaudit::apiserver
