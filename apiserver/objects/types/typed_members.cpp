#include "apiserver/objects/types/typed_members.hpp"

namespace kaudit::apiserver::objects {

TypedRef TypedRef::find(std::string_view name) const noexcept {
  const Member* const member = type->find(name);
  return member != nullptr ? find(*member) : TypedRef();
}

TypedRef TypedRef::find(const Member& member) const noexcept {
  if (!*this || value->object == nullptr) return {member.field->type, nullptr};
  const auto place = static_cast<std::size_t>(&member - type->members.data());
  return {member.field->type, value->object->find(place)};
}

TypedRef TypedRef::at(std::string_view name, Arena& arena) const {
  const Member* const member = type->find(name);
  return member != nullptr && value != nullptr ? at(*member, arena) : TypedRef();
}

TypedRef TypedRef::at(const Member& member, Arena& arena) const {
  value->set = true;
  if (value->object == nullptr) value->object = StructValue::make(arena);
  const auto place = static_cast<std::size_t>(&member - type->members.data());
  return {member.field->type, &value->object->at(place, arena)};
}

bool is_unset(const Field& field, const Value& value) noexcept {
  if (!value.set) return true;
  if (field.pointer) return false;
  switch (field.type->kind) {
    case TypeKind::String:
    case TypeKind::Bytes:
      return value.size == 0;
    case TypeKind::Bool:
    case TypeKind::Int32:
    case TypeKind::Int64:
      return value.integer == 0;
    case TypeKind::Double:
      return value.number == 0;
    case TypeKind::List:
      return value.list == nullptr || value.list->size == 0;
    case TypeKind::Map:
      return value.map == nullptr || value.map->size == 0;
    default:
      return false;
  }
}

}  // namespace kaudit::apiserver::objects
