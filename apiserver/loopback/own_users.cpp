#include "apiserver/loopback/own_users.hpp"

#include <utility>

#include "apiserver/identity/bearer_token.hpp"
#include "apiserver/identity/well_known.hpp"
#include "base/tls/secret.hpp"

namespace kaudit::apiserver::loopback {
namespace {

audit::UserInfo component(std::string_view username) {
  constexpr std::string_view kAccount = "system:serviceaccount:";
  constexpr std::string_view kNode = "system:node:";
  audit::UserInfo user;
  user.username = username;
  if (username.starts_with(kAccount)) {
    const std::string_view rest = username.substr(kAccount.size());
    const std::string_view ns = rest.substr(0, rest.find(':'));
    user.groups.emplace_back(identity::kServiceAccountsGroup);
    user.groups.push_back(std::string(identity::kServiceAccountsGroup) + ":" + std::string(ns));
  } else if (username.starts_with(kNode)) {
    user.groups.emplace_back(identity::kNodesGroup);
  }
  user.groups.emplace_back(identity::kAuthenticatedGroup);
  return user;
}

}  // namespace

OwnUsers::OwnUsers(std::shared_ptr<const identity::Authenticator> others)
    : others_(std::move(others)), prefix_(tls::random_secret() + ".") {}

std::string OwnUsers::token_of(std::string_view username) const {
  return prefix_ + std::string(username);
}

identity::AuthenticationResult OwnUsers::authenticate(const http::Request& request) const {
  const auto token = identity::bearer_token(request.headers);
  if (token && token->size() > prefix_.size() &&
      tls::same_secret(token->substr(0, prefix_.size()), prefix_)) {
    return {identity::Authentication::Authenticated, component(token->substr(prefix_.size())), {}};
  }
  return others_->authenticate(request);
}

}  // namespace kaudit::apiserver::loopback
