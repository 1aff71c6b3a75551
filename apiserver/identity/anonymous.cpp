#include "apiserver/identity/anonymous.hpp"

#include "apiserver/identity/well_known.hpp"

namespace kaudit::apiserver::identity {

AnonymousAuthenticator::AnonymousAuthenticator() {
  audit::UserInfo& user = anonymous_.edit();
  user.username = kAnonymousUser;
  user.groups.emplace_back(kUnauthenticatedGroup);
}

AuthenticationResult AnonymousAuthenticator::authenticate(const http::Request& /*request*/) const {
  AuthenticationResult result;
  result.outcome = Authentication::Authenticated;
  result.user = anonymous_;
  return result;
}

}  // namespace kaudit::apiserver::identity
