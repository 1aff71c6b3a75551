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

PathSet reconciled(const PathSet& set, const MergeType& type) {
  PathSet result;
  for (const Entry& entry : set.entries()) {
    const auto below = entry.below.empty() ? std::nullopt : type_below(type, entry.element);
    if (!below || below->shape(nullptr) == Shape::Any) {
      result.append(entry);
    } else if (below->atomic(below->shape(nullptr))) {
      result.append({entry.element, true});
    } else {
      result.append({entry.element, entry.member, reconciled(entry.below, *below)});
    }
  }
  return result;
}

}  // namespace kaudit::apiserver::objects::apply
