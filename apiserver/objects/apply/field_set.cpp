#include <utility>

#include "apiserver/objects/apply/list_paths.hpp"
#include "apiserver/objects/apply/sorted_members.hpp"
#include "apiserver/objects/apply/struct_members.hpp"
#include "apiserver/objects/apply/typed_tree.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

using Entry = PathSet::Entry;

void add_fields(const Json& value, const MergeType& type, Entry& entry);

void add_elements(const Json& list, const MergeType& type, Entry& entry) {
  const auto elements = sorted_elements(&list, type);
  for (auto element = elements.begin(); element != elements.end();) {
    const auto end = end_of_run(element, elements.end());
    Entry of_element{element->path, true};
    // Equal elements, which older objects may have, are owned as one.
    if (end - element == 1) add_fields(*element->value, type.element(), of_element);
    entry.below.append(std::move(of_element));
    element = end;
  }
}

void add_struct(const Json::Object& members, const Type& type, Entry& entry) {
  StructMembers(members, type).each([&](const Json::Member& member, const Field& field) {
    Entry below{PathElement::field(member.name)};
    add_fields(member.value, MergeType::of_field(field), below);
    const Json::Object* const map = member.value.object();
    if (member.value.is_null() || (map != nullptr && map->empty())) below.member = true;
    entry.below.append(std::move(below));
  });
}

void add_members(const Json& map, const MergeType& type, Entry& entry) {
  if (const Type* const fields = type.struct_type(); fields != nullptr && map.object()) {
    return add_struct(*map.object(), *fields, entry);
  }
  for (const Json::Member* member : sorted_members(&map)) {
    const auto of_member = type.member(member->name);
    if (!of_member) continue;
    Entry below{PathElement::field(member->name)};
    add_fields(member->value, *of_member, below);
    const Json& value = member->value;
    const bool empty_map = value.object() && value.object()->empty();
    if (value.is_null() || empty_map || !type.declares(member->name)) below.member = true;
    entry.below.append(std::move(below));
  }
}

void add_fields(const Json& value, const MergeType& type, Entry& entry) {
  const Shape shape = type.shape(&value);
  if (shape == Shape::Scalar || type.atomic(shape)) {
    entry.member = true;
  } else if (shape == Shape::List) {
    add_elements(value, type, entry);
  } else {
    add_members(value, type, entry);
  }
}

}  // namespace

PathSet field_set(const Json& value, const MergeType& type) {
  Entry root{PathElement::field("")};
  add_fields(value, type, root);
  return std::move(root.below);
}

}  // namespace kaudit::apiserver::objects::apply
