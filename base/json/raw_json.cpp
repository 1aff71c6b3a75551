#include "base/json/raw_json.hpp"

#include <algorithm>
#include <cstddef>
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

RawJson RawJson::joined(std::initializer_list<std::string_view> pieces) {
  std::size_t size = 0;
  for (const std::string_view piece : pieces) size += piece.size();
  auto owner = std::make_shared_for_overwrite<char[]>(size);
  char* to = owner.get();
  for (const std::string_view piece : pieces) to = std::copy(piece.begin(), piece.end(), to);
  const std::string_view text(owner.get(), size);
  return {std::move(owner), text};
}

}  // namespace kaudit
