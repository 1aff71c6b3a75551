#include "base/json/raw_json.hpp"

#include <utility>

#include "base/json/compact_json.hpp"

namespace kaudit {

static_assert(RawJson::kMaxDepth == kMaxJsonDepth);

Result<RawJson> RawJson::parse(std::string_view text) {
  auto compact = compact_json(text);
  if (!compact) return fail(std::move(compact.error().message));
  return trusted(std::move(*compact));
}

RawJson RawJson::trusted(std::string compact) {
  return RawJson(std::make_shared<const std::string>(std::move(compact)));
}

}  // namespace kaudit
