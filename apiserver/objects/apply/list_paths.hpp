#pragma once

#include <algorithm>
#include <vector>

#include "apiserver/objects/apply/merge_type.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::apply {

/// Elements of a set or map list with what tells them apart.
struct ListedElement {
  PathElement path;
  const Json* value;
};

using ListedElements = std::vector<ListedElement, Recycled<ListedElement>>;

/// In the list's order; what cannot be told apart is left out (check_fits() has refused it). Empty
/// for a value that is not a list, and for none.
inline ListedElements listed_elements(const Json* list, const MergeType& type) {
  ListedElements listed;
  if (list == nullptr || !list->array()) return listed;
  listed.reserve(list->array()->size());
  for (const Json& element : *list->array()) {
    auto path = type.element_path(element);
    if (path) listed.push_back({*std::move(path), &element});
  }
  return listed;
}

/// The same in the order of their paths; equal ones keep their order.
inline ListedElements sorted_elements(const Json* list, const MergeType& type) {
  auto listed = listed_elements(list, type);
  const auto before = [](const ListedElement& a, const ListedElement& b) {
    return a.path < b.path;
  };
  // Sorting takes memory, and most lists are sorted.
  if (!std::is_sorted(listed.begin(), listed.end(), before)) {
    std::stable_sort(listed.begin(), listed.end(), before);
  }
  return listed;
}

/// The end of the run of equal paths that begins at `from`.
inline ListedElements::const_iterator end_of_run(ListedElements::const_iterator from,
                                                 ListedElements::const_iterator end) {
  return std::find_if(from, end,
                      [&](const ListedElement& other) { return !(other.path == from->path); });
}

}  // namespace kaudit::apiserver::objects::apply
