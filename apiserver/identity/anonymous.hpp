#pragma once

#include "apiserver/identity/authenticator.hpp"

namespace kaudit::apiserver::identity {

/// Everyone who comes is system:anonymous in system:unauthenticated.
class AnonymousAuthenticator final : public Authenticator {
 public:
  AnonymousAuthenticator();
  AuthenticationResult authenticate(const http::Request& request) const override;

 private:
  audit::SharedUser anonymous_;  ///< constant after construction
};

}  // namespace kaudit::apiserver::identity
