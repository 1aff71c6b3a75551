#include "apiserver/api/continue_token.hpp"

#include <algorithm>
#include <charconv>

#include "apiserver/objects/base64.hpp"
#include "apiserver/objects/json.hpp"

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
  std::string text = objects::base64_encode(token.dump());
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.erase(std::find(text.begin(), text.end(), '='), text.end());
  return text;
}

Result<ContinueToken> ContinueToken::decode(std::string_view text) {
  const auto invalid = [](std::string_view why) {
    return fail("invalid continue token: continue key is not valid: " + std::string(why));
  };
  std::string standard(text);
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  standard.append((4 - standard.size() % 4) % 4, '=');
  const auto json = objects::base64_decode(standard);
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
