#include "apiserver/objects/typed_members.hpp"

namespace kaudit::apiserver::objects {

TypedRef TypedRef::find(std::string_view name) const noexcept {
  const Member* const member = type->find(name);
  if (member == nullptr) return {};
  const auto place = static_cast<std::size_t>(member - type->members.data());
  if (!*this || value->object == nullptr) return {member->field->type, nullptr};
  return {member->field->type, value->object->find(place)};
}

TypedRef TypedRef::at(std::string_view name, Arena& arena) const {
  const Member* const member = type->find(name);
  if (member == nullptr || value == nullptr) return {};
  value->set = true;
  if (value->object == nullptr) value->object = arena.make<StructValue>();
  const auto place = static_cast<std::size_t>(member - type->members.data());
  return {member->field->type, &value->object->at(place, arena)};
}

}  // namespace kaudit::apiserver::objects
