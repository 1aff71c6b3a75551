#pragma once

#include <string_view>

#include "apiserver/objects/types/typed_value.hpp"
#include "apiserver/objects/types/types.hpp"
#include "base/text/timestamp.hpp"

/// Members of typed values by name.
namespace kaudit::apiserver::objects {

/// A value with its type, so that members have names.
struct TypedRef {
  const Type* type = nullptr;
  Value* value = nullptr;  ///< null: it is not there

  explicit operator bool() const noexcept { return value != nullptr && value->set; }
  /// The member; not there when the struct or the member is not.
  TypedRef find(std::string_view name) const noexcept;
  /// The member, made (not set) with the struct where it is not there. The type must have it.
  TypedRef at(std::string_view name, Arena& arena) const;
  /// The same of a member of the type, and of what is there.
  TypedRef find(const Member& member) const noexcept;
  TypedRef at(const Member& member, Arena& arena) const;
  /// The text of a string; "" when it is not there.
  std::string_view text() const noexcept { return *this ? value->view() : std::string_view(); }
};

/// What omitempty leaves out, structs apart: nil pointers, zeros, and what is empty.
inline bool is_unset(const Field& field, const Value& value) noexcept {
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

/// The zero time of Go, which is `null` in JSON.
inline bool is_zero_time(const Value& value) noexcept {
  return !value.set || (value.integer == Timestamp::kZeroSeconds && value.size == 0);
}

/// Whether encoding/json leaves the member out.
inline bool is_omitted(const Field& field, const Value& value) noexcept {
  if (field.omit == Omit::Never) return false;
  if (field.omit == Omit::Zero) return is_zero_time(value);
  if (field.pointer) return !value.set;
  return !is_go_struct(field.type->kind) && is_unset(field, value);
}

}  // namespace kaudit::apiserver::objects
