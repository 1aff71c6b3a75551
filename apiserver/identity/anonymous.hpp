#pragma once

#include "apiserver/identity/authenticator.hpp"

namespace kaudit::apiserver::identity {

/// Everyone who comes is system:anonymous in system:unauthenticated.
class AnonymousAuthenticator final : public Authenticator {
 public:
  AuthenticationResult authenticate(const http::Request& request) const override;
};

}  // namespace kaudit::apiserver::identity
