#include "base/json/raw_json.hpp"

#include <utility>

#include "base/json/compact_json.hpp"

namespace kaudit {

Result<RawJson> RawJson::parse(std::string_view text) {
  auto compact = compact_json(text);
  if (!compact) return fail(describe(compact.error(), text));
  return trusted(std::move(*compact));
}

RawJson RawJson::trusted(std::string compact) {
  auto owner = std::make_shared<const std::string>(std::move(compact));
  const std::string_view text = *owner;
  return {std::move(owner), text};
}

}  // namespace kaudit
