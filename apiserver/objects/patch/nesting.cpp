#include "apiserver/objects/patch/nesting.hpp"

#include <utility>
#include <vector>

namespace kaudit::apiserver::objects::patch {
namespace {

using Nested = std::pair<const Json*, std::size_t>;

/// How deep the walk calls itself; what is deeper is worked off in a loop.
constexpr unsigned kMostRecursion = 64;

// `depth`: that of the value. What stands beyond the recursion is noted in `deeper`.
bool exceeds(const Json& value, std::size_t depth, std::size_t limit, unsigned recursion,
             std::vector<Nested, Recycled<Nested>>& deeper) {
  // A level takes two characters: short texts need not be unpacked.
  const TreeText* const text = value.packed();
  if (text != nullptr && depth + text->size() / 2 <= limit) return false;
  if (depth > limit) return true;
  if (recursion == kMostRecursion) {
    deeper.emplace_back(&value, depth);
    return false;
  }
  if (const Json::Object* members = value.object()) {
    for (const Json::Member& member : *members) {
      if (!member.value.nests()) continue;
      if (exceeds(member.value, depth + 1, limit, recursion + 1, deeper)) return true;
    }
  } else {
    for (const Json& element : *value.array()) {
      if (!element.nests()) continue;
      if (exceeds(element, depth + 1, limit, recursion + 1, deeper)) return true;
    }
  }
  return false;
}

}  // namespace

bool nests_deeper_than(const Json& value, std::size_t limit) {
  if (!value.nests()) return false;
  std::vector<Nested, Recycled<Nested>> pending{{&value, 1}};
  while (!pending.empty()) {
    const auto [next, depth] = pending.back();
    pending.pop_back();
    if (exceeds(*next, depth, limit, 0, pending)) return true;
  }
  return false;
}

}  // namespace kaudit::apiserver::objects::patch
