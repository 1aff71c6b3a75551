#include "apiserver/loopback/own_users.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "apiserver/identity/bearer_token.hpp"
#include "apiserver/identity/well_known.hpp"

namespace kaudit::apiserver::loopback {
namespace {

std::string secret_prefix() {
  std::array<unsigned char, 32> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
    throw std::runtime_error("no random numbers for the server's own token");
  }
  std::string text;
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const unsigned char byte : random) {
    text.push_back(kDigits[byte >> 4U]);
    text.push_back(kDigits[byte & 15U]);
  }
  return text + ".";
}

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
    : others_(std::move(others)), prefix_(secret_prefix()) {}

std::string OwnUsers::token_of(std::string_view username) const {
  return prefix_ + std::string(username);
}

identity::AuthenticationResult OwnUsers::authenticate(const http::Request& request) const {
  const auto token = identity::bearer_token(request.headers);
  if (token && token->size() > prefix_.size() &&
      CRYPTO_memcmp(token->data(), prefix_.data(), prefix_.size()) == 0) {
    return {identity::Authentication::Authenticated, component(token->substr(prefix_.size())), {}};
  }
  return others_->authenticate(request);
}

}  // namespace kaudit::apiserver::loopback
