#include <optional>
#include <utility>

#include "apiserver/objects/apply/typed_tree.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

using Entry = PathSet::Entry;

}  // namespace

std::optional<MergeType> type_below(const MergeType& type, const PathElement& element) {
  const Shape shape = type.shape(nullptr);
  if (const TreeText* name = element.name()) {
    return shape == Shape::Map ? type.member(*name) : std::nullopt;
  }
  return shape == Shape::List ? std::optional(type.element()) : std::nullopt;
}

PathSet with_declared_members(const PathSet& set, const MergeType& type) {
  PathSet result;
  for (const Entry& entry : set.entries()) {
    Entry changed{entry.element, entry.member};
    if (!entry.below.empty()) {
      const TreeText* name = entry.element.name();
      if (name && type.declares(*name)) changed.member = true;
      const auto below = type_below(type, entry.element);
      changed.below = below ? with_declared_members(entry.below, *below) : entry.below;
    }
    result.append(std::move(changed));
  }
  return result;
}

void reconcile(PathSet& set, const MergeType& type) {
  set.change_each([&](Entry& entry) {
    if (entry.below.empty()) return;
    const auto below = type_below(type, entry.element);
    if (!below || below->shape(nullptr) == Shape::Any) return;
    if (below->atomic(below->shape(nullptr))) {
      entry.member = true;
      entry.below = {};
    } else {
      reconcile(entry.below, *below);
    }
  });
}

}  // namespace kaudit::apiserver::objects::apply
