// OpenID discovery: where those who verify service accounts' tokens elsewhere find the keys.
// (kubernetes pkg/serviceaccount/openidmetadata.go, pkg/routes/openidmetadata.go)
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/answer.hpp"
#include "apiserver/identity/service_account_tokens.hpp"
#include "apiserver/nonresource/nonresource.hpp"
#include "base/json/json_text.hpp"

namespace kaudit::apiserver::nonresource {
namespace {

using boost::asio::awaitable;

constexpr std::string_view kKeysPath = "/openid/v1/jwks";

/// Only such an issuer can be asked for the document.
bool is_discoverable(std::string_view issuer) {
  return issuer.starts_with("https://") && issuer.find_first_of("?#") == std::string_view::npos;
}

std::string in_json(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

std::string configuration(const identity::ServiceAccountTokens& accounts,
                          const std::string& address) {
  std::set<std::string_view> algorithms;
  for (const identity::TokenKey& key : accounts.keys()) algorithms.insert(key.algorithm());
  std::string listed;
  for (const std::string_view algorithm : algorithms) {
    listed += (listed.empty() ? "" : ",") + in_json(algorithm);
  }
  return "{\"issuer\":" + in_json(accounts.issuers().front()) +
         ",\"jwks_uri\":" + in_json("https://" + address + std::string(kKeysPath)) +
         R"(,"response_types_supported":["id_token"],"subject_types_supported":["public"],)" +
         R"("id_token_signing_alg_values_supported":[)" + listed + "]}";
}

/// For an hour it may be kept by anybody, unlike other answers.
Answer document(const RequestScope& scope, std::string_view content_type, std::string json) {
  if (scope.request().method != "GET") {
    Answer refused = Answer::text(405, "text/plain; charset=utf-8", "405: Method Not Allowed");
    refused.response.headers.set("Allow", "GET");
    return refused;
  }
  Answer answer = Answer::text(200, content_type, std::move(json));
  answer.response.headers.set("Cache-Control", "public, max-age=3600");
  return answer;
}

}  // namespace

void NonResource::add_openid() {
  if (!options_.accounts || !is_discoverable(options_.accounts->issuers().front())) return;
  add("/.well-known/openid-configuration", [this](RequestScope& scope) {
    return ready(document(scope, "application/json",
                          configuration(*options_.accounts, options_.server_address())));
  });
  add(std::string(kKeysPath), [this](RequestScope& scope) {
    return ready(document(scope, "application/jwk-set+json",
                          identity::key_set_json(options_.accounts->keys())));
  });
}

}  // namespace kaudit::apiserver::nonresource
