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

}  // namespace kaudit::apiserver::objects
