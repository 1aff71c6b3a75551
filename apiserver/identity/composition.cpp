#include "apiserver/identity/composition.hpp"

#include <algorithm>
#include <utility>

#include "apiserver/identity/well_known.hpp"

namespace kaudit::apiserver::identity {

FirstThatKnows::FirstThatKnows(std::vector<AuthenticatorPtr> authenticators)
    : authenticators_(std::move(authenticators)) {}

AuthenticationResult FirstThatKnows::authenticate(const http::Request& request) const {
  AuthenticationResult unknown;
  for (const auto& authenticator : authenticators_) {
    auto result = authenticator->authenticate(request);
    switch (result.outcome) {
      case Authentication::Authenticated:
        return result;
      case Authentication::Failed:
        unknown.outcome = Authentication::Failed;
        break;
      case Authentication::NoOpinion:
        break;
    }
  }
  return unknown;
}

UnlessClaimed::UnlessClaimed(AuthenticatorPtr first, AuthenticatorPtr second)
    : first_(std::move(first)), second_(std::move(second)) {}

AuthenticationResult UnlessClaimed::authenticate(const http::Request& request) const {
  auto result = first_->authenticate(request);
  return result.outcome == Authentication::NoOpinion ? second_->authenticate(request) : result;
}

AuthenticatedGroupAdder::AuthenticatedGroupAdder(AuthenticatorPtr delegate)
    : delegate_(std::move(delegate)) {}

AuthenticationResult AuthenticatedGroupAdder::authenticate(const http::Request& request) const {
  auto result = delegate_->authenticate(request);
  if (result.outcome == Authentication::Authenticated) {
    add_authenticated_group(result.user);
  }
  return result;
}

void add_authenticated_group(audit::SharedUser& user) {
  const bool settled =
      std::any_of(user->groups.begin(), user->groups.end(), [](const std::string& group) {
        return group == kAuthenticatedGroup || group == kUnauthenticatedGroup;
      });
  if (!settled && user->username != kAnonymousUser) {
    user.edit().groups.emplace_back(kAuthenticatedGroup);
  }
}

}  // namespace kaudit::apiserver::identity
