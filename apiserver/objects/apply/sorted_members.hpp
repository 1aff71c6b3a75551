#pragma once

#include <algorithm>
#include <vector>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::apply {

/// Members of an object in the order of their names, without moving them.
using SortedMembers = std::vector<const Json::Member*, Recycled<const Json::Member*>>;

/// Empty for a value that is not an object, and for none.
inline SortedMembers sorted_members(const Json* value) {
  SortedMembers sorted;
  if (value == nullptr || !value->object()) return sorted;
  sorted.reserve(value->object()->size());
  for (const Json::Member& member : *value->object()) sorted.push_back(&member);
  const auto before = [](const Json::Member* a, const Json::Member* b) {
    return a->name < b->name;
  };
  if (!std::is_sorted(sorted.begin(), sorted.end(), before)) {  // entries of maps are
    std::sort(sorted.begin(), sorted.end(), before);
  }
  return sorted;
}

/// Calls `visit(name, left, right)` for each name in either object, in order; a side that lacks it
/// gives null.
template <typename Visit>
void zip_members(const Json* left, const Json* right, const Visit& visit) {
  const SortedMembers lefts = sorted_members(left);
  const SortedMembers rights = sorted_members(right);
  auto l = lefts.begin();
  auto r = rights.begin();
  while (l != lefts.end() || r != rights.end()) {
    const bool has_left = l != lefts.end() && (r == rights.end() || (*l)->name <= (*r)->name);
    const bool has_right = r != rights.end() && (l == lefts.end() || (*r)->name <= (*l)->name);
    const Json::Member& named = has_left ? **l : **r;
    visit(named.name, has_left ? &(*l)->value : nullptr, has_right ? &(*r)->value : nullptr);
    if (has_left) ++l;
    if (has_right) ++r;
  }
}

}  // namespace kaudit::apiserver::objects::apply
