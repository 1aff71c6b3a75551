#include "apiserver/objects/patch/nesting.hpp"

#include <utility>
#include <vector>

namespace kaudit::apiserver::objects::patch {

bool nests_deeper_than(const Json& value, std::size_t limit) {
  std::vector<std::pair<const Json*, std::size_t>> pending{{&value, 1}};
  while (!pending.empty()) {
    const auto [node, depth] = pending.back();
    pending.pop_back();
    if (!node->object() && !node->array()) continue;
    if (depth > limit) return true;
    if (const Json::Object* members = node->object()) {
      for (const Json::Member& member : *members) pending.emplace_back(&member.value, depth + 1);
    } else {
      for (const Json& element : *node->array()) pending.emplace_back(&element, depth + 1);
    }
  }
  return false;
}

}  // namespace kaudit::apiserver::objects::patch
