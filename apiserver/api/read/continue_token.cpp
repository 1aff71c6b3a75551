#include "apiserver/api/read/continue_token.hpp"

#include <charconv>

#include "apiserver/objects/tree/json.hpp"
#include "base/text/base64.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

constexpr std::string_view kTokenVersion = "meta.k8s.io/v1";

tl::unexpected<Error> invalid_token(std::string_view why) {
  return fail("invalid continue token: continue key is not valid: " + std::string(why));
}

/// 0 when it is not a version: no list has that one.
std::int64_t version_of(const Json& token) {
  const Json* member = token.find("rv");
  if (member == nullptr || member->number() == nullptr) return 0;
  const std::string_view digits = member->number()->text;
  std::int64_t version = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, version);
  return error == std::errc() && stop == end ? version : 0;
}

/// Whether a path names what it seems to: no empty segment, no `.` and `..`. A key from a client
/// must not lead out of its collection.
bool is_clean(std::string_view path) {
  if (path == "/") return true;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view segment = path.substr(0, path.find('/'));
    if (segment.empty() || segment == "." || segment == "..") return false;
    path.remove_prefix(segment.size());
  }
  return true;
}

}  // namespace

std::string ContinueToken::encode() const {
  Json token{Json::Object()};
  token.set("v", Json(kTokenVersion));
  token.set("rv", Json(resource_version));
  token.set("start", Json("/" + from));
  return base64url_encode(token.dump());
}

Result<ContinueToken> ContinueToken::decode(std::string_view text) {
  const auto json = base64url_decode(text);
  if (!json) return invalid_token(json.error().message);
  const auto token = Json::parse(*json);
  if (!token) return invalid_token(token.error().message);
  if (token->object() == nullptr || token->text("v") != kTokenVersion) {
    return fail(
        "invalid continue token: continue key is not valid: server does not recognize this "
        "encoded version " +
        std::string(token->text("v")));
  }
  ContinueToken result;
  result.resource_version = version_of(*token);
  if (result.resource_version == 0) {
    return invalid_token("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  }
  const std::string_view start = token->text("start");
  if (start.empty()) return invalid_token("encoded start key empty (version meta.k8s.io/v1)");
  const std::string key = (start.starts_with('/') ? "" : "/") + std::string(start);
  if (!is_clean(key)) return invalid_token(start);
  result.from = key.substr(1);
  return result;
}

}  // namespace kaudit::apiserver::api
