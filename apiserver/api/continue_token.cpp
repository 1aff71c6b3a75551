#include "apiserver/api/continue_token.hpp"

#include <algorithm>
#include <charconv>

#include "apiserver/objects/json.hpp"
#include "audit/base/base64.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

constexpr std::string_view kVersion = "meta.k8s.io/v1";

}  // namespace

std::string ContinueToken::encode() const {
  Json token{Json::Object()};
  token.set("v", Json(kVersion));
  token.set("rv", Json(static_cast<std::int64_t>(resource_version)));
  token.set("start", Json("/" + last + std::string(1, '\0')));
  return base64url_encode(token.dump());
}

Result<ContinueToken> ContinueToken::decode(std::string_view text) {
  const auto invalid = [](std::string_view why) {
    return fail("invalid continue token: continue key is not valid: " + std::string(why));
  };
  const auto json = base64url_decode(text);
  if (!json) return invalid(json.error().message);
  const auto token = Json::parse(*json);
  if (!token) return invalid(token.error().message);
  if (token->text("v") != kVersion) {
    return fail(
        "invalid continue token: continue key is not valid: server does not recognize this "
        "encoded version " +
        std::string(token->text("v")));
  }
  std::string_view start = token->text("start");
  ContinueToken result;
  const Json* version = token->find("rv");
  if (version != nullptr && version->number() != nullptr) {
    const std::string& digits = version->number()->text;
    std::from_chars(digits.data(), digits.data() + digits.size(), result.resource_version);
  }
  if (result.resource_version == 0) {
    return invalid("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  }
  if (!start.starts_with('/') || !start.ends_with('\0')) return invalid(start);
  start.remove_prefix(1);
  start.remove_suffix(1);
  result.last = start;
  return result;
}

}  // namespace kaudit::apiserver::api
