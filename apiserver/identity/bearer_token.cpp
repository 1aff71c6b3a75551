#include "apiserver/identity/bearer_token.hpp"

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

AuthenticationResult BearerTokenAuthenticator::authenticate(const http::Request& request) const {
  const auto token = bearer_token(request.headers);
  return token ? tokens_->authenticate(*token, audiences_).result : AuthenticationResult{};
}

}  // namespace kaudit::apiserver::identity
