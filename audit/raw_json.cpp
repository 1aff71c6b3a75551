#include "audit/raw_json.hpp"

#include <utility>

#include "audit/compact_json.hpp"

namespace kaudit::audit {

static_assert(RawJson::kMaxDepth == kMaxJsonDepth);

Result<RawJson> RawJson::parse(std::string_view text) {
  auto compact = compact_json(text);
  if (!compact) return fail(std::move(compact.error().message));
  return trusted(std::move(*compact));
}

RawJson RawJson::trusted(std::string compact) {
  return RawJson(std::make_shared<const std::string>(std::move(compact)));
}

}  // namespace kaudit::audit
