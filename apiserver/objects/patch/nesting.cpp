#include "apiserver/objects/patch/nesting.hpp"

#include <utility>
#include <vector>

namespace kaudit::apiserver::objects::patch {

bool nests_deeper_than(const Json& value, std::size_t limit) {
  using Nested = std::pair<const Json*, std::size_t>;
  std::vector<Nested, Recycled<Nested>> pending{{&value, 1}};
  const auto note = [&pending, limit](const Json& child, std::size_t depth) {
    // A level takes two characters: short texts need not be unpacked.
    const TreeText* const text = child.packed();
    if (text != nullptr && depth + text->size() / 2 <= limit) return;
    if (child.object() || child.array()) pending.emplace_back(&child, depth);
  };
  while (!pending.empty()) {
    const auto [node, depth] = pending.back();
    pending.pop_back();
    if (!node->object() && !node->array()) continue;
    if (depth > limit) return true;
    if (const Json::Object* members = node->object()) {
      for (const Json::Member& member : *members) note(member.value, depth + 1);
    } else {
      for (const Json& element : *node->array()) note(element, depth + 1);
    }
  }
  return false;
}

}  // namespace kaudit::apiserver::objects::patch
