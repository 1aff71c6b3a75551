#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "apiserver/identity/authenticator.hpp"

namespace kaudit::apiserver::loopback {

/// Knows the server's own components by a secret that never leaves the process: kube-apiserver has
/// such a token for itself. Others are asked of `others`. Any thread.
class OwnUsers final : public identity::Authenticator {
 public:
  explicit OwnUsers(std::shared_ptr<const identity::Authenticator> others);

  /// The bearer token of a component: `system:serviceaccount:NAMESPACE:NAME`, `system:node:NAME`,
  /// or another name. Its groups are those that a real one has.
  std::string token_of(std::string_view username) const;
  identity::AuthenticationResult authenticate(const http::Request& request) const override;

 private:
  const std::shared_ptr<const identity::Authenticator> others_;
  const std::string prefix_;
};

}  // namespace kaudit::apiserver::loopback
