#include "apiserver/identity/anonymous.hpp"

#include "apiserver/identity/well_known.hpp"

namespace kaudit::apiserver::identity {

AuthenticationResult AnonymousAuthenticator::authenticate(const http::Request& /*request*/) const {
  AuthenticationResult result;
  result.outcome = Authentication::Authenticated;
  result.user.username = kAnonymousUser;
  result.user.groups.emplace_back(kUnauthenticatedGroup);
  return result;
}

}  // namespace kaudit::apiserver::identity
