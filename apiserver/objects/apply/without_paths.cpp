#include <utility>

#include "apiserver/objects/apply/typed_tree.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

using Entry = PathSet::Entry;

Json list_without(const Json& list, const PathSet& paths, const MergeType& type) {
  Json::Array kept;
  for (const Json& element : *list.array()) {
    const auto path = type.element_path(element);
    const Entry* entry = path ? paths.find(*path) : nullptr;
    if (entry == nullptr) {
      kept.push_back(element);
    } else if (!entry->member) {
      kept.push_back(without_paths(element, entry->below, type.element()));
    }
  }
  return kept.empty() ? Json() : Json(std::move(kept));
}

Json map_without(const Json& map, const PathSet& paths, const MergeType& type) {
  Json::Object kept;
  for (const Json::Member& member : *map.object()) {
    const Entry* entry = paths.find(PathElement::field(member.name));
    const auto of_member = type.member(member.name);
    if (entry == nullptr || !of_member) {
      kept.push_back(member);
    } else if (!entry->member) {
      kept.push_back({member.name, without_paths(member.value, entry->below, *of_member)});
    }
  }
  return kept.empty() ? Json() : Json(std::move(kept));
}

}  // namespace

Json without_paths(const Json& value, const PathSet& paths, const MergeType& type) {
  switch (type.shape(&value)) {
    case Shape::Scalar:
      return value;
    case Shape::List:
      if (type.atomic(Shape::List) || !value.array()) return Json();
      return list_without(value, paths, type);
    case Shape::Map:
      if (type.atomic(Shape::Map) || !value.object()) return Json();
      return map_without(value, paths, type);
    case Shape::Any:
      break;
  }
  return Json();
}

}  // namespace kaudit::apiserver::objects::apply
