// A JSON web token, and its claims.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "apiserver/identity/tokens/jwt.hpp"
#include "base/json/compact_json.hpp"

using namespace kaudit::apiserver::identity;

namespace {

void check_claims(std::string_view compact) {
  const auto claims = parse_claims(compact);
  if (!claims) return;
  // What is written is read as the same.
  const std::string written = claims_json(*claims);
  const auto again = parse_claims(written);
  if (!again || claims_json(*again) != written) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto jwt = parse_jwt(text)) check_claims(jwt->claims);
  const auto compact = kaudit::compact_json(text);
  if (compact && compact->starts_with('{')) check_claims(*compact);
  return 0;
}
