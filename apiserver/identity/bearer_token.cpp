#include "apiserver/identity/bearer_token.hpp"

#include <utility>

#include "base/text/ascii.hpp"
#include "base/text/trim.hpp"

namespace kaudit::apiserver::identity {

std::optional<std::string_view> bearer_token(const http::Headers& headers) noexcept {
  auto rest = trim_space(headers.first("Authorization").value_or(""));
  const auto space = rest.find(' ');
  if (space == std::string_view::npos || !equals_ignoring_case(rest.substr(0, space), "bearer")) {
    return std::nullopt;
  }
  rest.remove_prefix(space + 1);
  // What follows the token after another space is ignored.
  const auto token = rest.substr(0, rest.find(' '));
  return token.empty() ? std::nullopt : std::optional(token);
}

AuthenticationResult user_of_token(const TokenFile& tokens, std::string_view token) {
  AuthenticationResult result;
  const auto* const user = tokens.find(token);
  if (user == nullptr) {
    result.outcome = Authentication::Failed;
    return result;
  }
  result.outcome = Authentication::Authenticated;
  result.user = *user;
  return result;
}

BearerTokenAuthenticator::BearerTokenAuthenticator(std::shared_ptr<const TokenFile> tokens)
    : tokens_(std::move(tokens)) {}

AuthenticationResult BearerTokenAuthenticator::authenticate(const http::Request& request) const {
  const auto token = bearer_token(request.headers);
  return token ? user_of_token(*tokens_, *token) : AuthenticationResult{};
}

}  // namespace kaudit::apiserver::identity
