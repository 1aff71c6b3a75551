#pragma once

#include <memory>
#include <vector>

#include "apiserver/identity/authenticator.hpp"

namespace kaudit::apiserver::identity {

using AuthenticatorPtr = std::shared_ptr<const Authenticator>;

/// Asks each in turn; the first that knows the user wins, whatever those before it said. When none
/// does, one failure makes the whole a failure (authenticator union.New).
class FirstThatKnows final : public Authenticator {
 public:
  explicit FirstThatKnows(std::vector<AuthenticatorPtr> authenticators);
  AuthenticationResult authenticate(const http::Request& request) const override;

 private:
  std::vector<AuthenticatorPtr> authenticators_;
};

/// Asks the second only when the first has no opinion: a failure is final (authenticator
/// union.NewFailOnError).
class UnlessClaimed final : public Authenticator {
 public:
  UnlessClaimed(AuthenticatorPtr first, AuthenticatorPtr second);
  AuthenticationResult authenticate(const http::Request& request) const override;

 private:
  AuthenticatorPtr first_;
  AuthenticatorPtr second_;
};

/// Puts a user into system:authenticated: not system:anonymous, and nobody who is in that group or
/// in system:unauthenticated already.
void add_authenticated_group(audit::SharedUser& user);

/// Puts the users that its delegate knows into system:authenticated
/// (group.NewAuthenticatedGroupAdder).
class AuthenticatedGroupAdder final : public Authenticator {
 public:
  explicit AuthenticatedGroupAdder(AuthenticatorPtr delegate);
  AuthenticationResult authenticate(const http::Request& request) const override;

 private:
  AuthenticatorPtr delegate_;
};

}  // namespace kaudit::apiserver::identity
