#include "apiserver/objects/apply/empty_object.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace kaudit::apiserver::objects::apply {
namespace {

Json zero_of(const Type& type);

// What a struct that says nothing has as that member; nothing where it has none.
std::optional<Json> zero_of(const Field& field) {
  const bool by_value = field.type->is_struct() && !field.pointer;
  if (field.omit != Omit::Never && !(field.omit == Omit::Empty && by_value)) return std::nullopt;
  return field.pointer ? Json() : zero_of(*field.type);
}

// Recursion ends with the types: a struct holds another by value.
Json zero_of(const Type& type) {
  switch (type.kind) {
    case TypeKind::Struct: {
      Json::Object members;
      for (const Member& member : type.members) {
        if (auto value = zero_of(*member.field)) {
          members.push_back({TreeText::of_static(member.name()), *std::move(value)});
        }
      }
      return Json(std::move(members));
    }
    case TypeKind::String:
      return Json("");
    case TypeKind::Bool:
      return Json(false);
    case TypeKind::Int32:
    case TypeKind::Int64:
    case TypeKind::Double:
    case TypeKind::IntOrString:
      return Json(std::int64_t{0});
    case TypeKind::Duration:
      return Json("0s");
    case TypeKind::Quantity:
      return Json("0");
    case TypeKind::Bytes:
    case TypeKind::Time:
    case TypeKind::MicroTime:
    case TypeKind::Raw:
    case TypeKind::FieldsV1:
    case TypeKind::Json:
    case TypeKind::Any:
    case TypeKind::List:
    case TypeKind::Map:
      break;
  }
  return Json();
}

}  // namespace

Json empty_object(const Type* type, std::string_view api_version, std::string_view kind) {
  Json object = type ? zero_of(*type) : Json(Json::Object());
  object.set("kind", Json(kind));
  object.set("apiVersion", Json(api_version));
  return object;
}

std::optional<Json> empty_member(const Type* type, std::string_view name) {
  const Member* const member = type != nullptr ? type->find(name) : nullptr;
  return member != nullptr ? zero_of(*member->field) : std::nullopt;
}

}  // namespace kaudit::apiserver::objects::apply
