#include "apiserver/identity/token_authenticator.hpp"

#include <algorithm>

#include "apiserver/identity/composition.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::identity {

Audiences intersection(const Audiences& a, const Audiences& b) {
  Audiences both;
  for (const std::string& audience : a) {
    if (std::find(b.begin(), b.end(), audience) != b.end()) both.push_back(audience);
  }
  return both;
}

TokenFileAuthenticator::TokenFileAuthenticator(TokenFile tokens, Audiences api_audiences)
    : tokens_(std::move(tokens)), api_audiences_(std::move(api_audiences)) {
  tokens_.for_each_user(add_authenticated_group);
}

TokenResult TokenFileAuthenticator::authenticate(std::string_view token,
                                                 const Audiences& audiences) const {
  TokenResult answer;
  answer.audiences = intersection(api_audiences_, audiences);
  const audit::SharedUser* user = tokens_.find(token);
  if (user == nullptr || (answer.audiences.empty() && !audiences.empty())) return answer;
  answer.result.outcome = Authentication::Authenticated;
  answer.result.user = *user;
  return answer;
}

TokenResult TokenUnion::authenticate(std::string_view token, const Audiences& audiences) const {
  std::vector<std::string> errors;
  for (const auto& authenticator : authenticators_) {
    TokenResult answer = authenticator->authenticate(token, audiences);
    if (answer.result.outcome == Authentication::Authenticated) return answer;
    if (answer.result.outcome == Authentication::Failed) errors.push_back(std::move(answer.error));
  }
  TokenResult failed;
  failed.result.outcome = Authentication::Failed;
  if (errors.empty()) {
    failed.error = "invalid bearer token";
  } else {
    failed.error = errors.size() == 1 ? errors.front() : "[" + joined(errors, ", ") + "]";
  }
  return failed;
}

}  // namespace kaudit::apiserver::identity
