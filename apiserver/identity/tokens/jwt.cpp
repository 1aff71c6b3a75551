#include "apiserver/identity/tokens/jwt.hpp"

#include <utility>

#include "base/json/compact_json.hpp"
#include "base/json/json_cursor.hpp"
#include "base/json/json_text.hpp"
#include "base/text/base64.hpp"

namespace kaudit::apiserver::identity {
namespace {

using Kind = JsonCursor::Kind;

/// A part of the token as compact JSON.
Result<std::string> json_part(std::string_view part, std::string_view what) {
  const auto decoded = base64url_decode(part);
  if (!decoded) return fail(std::string(what) + ": " + decoded.error().message);
  auto compact = compact_json(*decoded);
  if (!compact) return fail(std::string(what) + ": " + describe(compact.error(), *decoded));
  if (!compact->starts_with('{')) return fail(std::string(what) + " is not a JSON object");
  return *std::move(compact);
}

}  // namespace

Result<Jwt> parse_jwt(std::string_view token) {
  if (token.size() > kMaxTokenBytes) return fail("the token is too long");
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return fail("a JSON web token has three parts");
  }
  Jwt jwt;
  const auto header = json_part(token.substr(0, first), "the token's header");
  if (!header) return tl::unexpected(header.error());
  JsonCursor cursor(*header);
  for (bool more = cursor.enter(); more; more = cursor.next()) {
    const std::string_view key = cursor.key();
    std::string* const member = key == "alg"   ? &jwt.algorithm
                                : key == "kid" ? &jwt.key_id
                                               : nullptr;
    // An extension that must be understood, and is not.
    if (key == "crit") return fail("the token's header has critical extensions");
    if (member == nullptr) {
      cursor.skip();
    } else if (cursor.kind() == Kind::String) {
      *member = cursor.string();
    } else {
      return fail("the token's header has a member of the wrong type");
    }
  }
  auto claims = json_part(token.substr(first + 1, second - first - 1), "the token's claims");
  if (!claims) return tl::unexpected(claims.error());
  auto signature = base64url_decode(token.substr(second + 1));
  if (!signature) return fail("the token's signature: " + signature.error().message);
  jwt.claims = *std::move(claims);
  jwt.signature = *std::move(signature);
  jwt.signed_part = token.substr(0, second);
  return jwt;
}

std::string unsigned_jwt(std::string_view algorithm, std::string_view key_id,
                         std::string_view claims) {
  std::string header = "{\"alg\":";
  append_json_string(header, algorithm);
  header += ",\"kid\":";
  append_json_string(header, key_id);
  return base64url_encode(header + "}") + "." + base64url_encode(claims);
}

}  // namespace kaudit::apiserver::identity
