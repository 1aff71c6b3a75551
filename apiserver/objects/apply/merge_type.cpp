#include "apiserver/objects/apply/merge_type.hpp"

#include <string>
#include <utility>
#include <vector>

#include "apiserver/objects/apply/go_syntax.hpp"
#include "apiserver/objects/patch/go_text.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

Shape shape_of_value(const Json* value) {
  if (value == nullptr || value->is_null()) return Shape::Any;
  if (value->object()) return Shape::Map;
  return value->array() ? Shape::List : Shape::Scalar;
}

// A key that the client left out. (OpenAPI has a default for what Go always writes)
std::optional<Json> key_default(const Field& field) {
  if (!field.default_json().empty()) return *Json::parse(field.default_json());
  if (field.omit != Omit::Never || field.pointer) return std::nullopt;
  switch (field.type->kind) {
    case TypeKind::String:
      return Json("");
    case TypeKind::Bool:
      return Json(false);
    case TypeKind::Int32:
    case TypeKind::Int64:
    case TypeKind::Double:
      return Json(std::int64_t{0});
    default:
      return std::nullopt;
  }
}

Result<PathElement> set_element(const Json& element) {
  if (element.object()) {
    return fail("associative list without keys has an element that's a map type");
  }
  if (element.array()) return fail("not supported: associative list with lists as elements");
  if (element.is_null()) {
    return fail("associative list without keys has an element that's an explicit null");
  }
  return PathElement::value(element);
}

Result<PathElement> keyed_element(const Json& element, const Type& type,
                                  std::span<const std::string_view> keys) {
  if (element.is_null()) return fail("associative list with keys may not have a null element");
  if (!element.object()) return fail("associative list with keys may not have non-map elements");
  std::vector<PathElement::KeyField> fields;
  for (const std::string_view key : keys) {
    if (const Json* given = element.find(key)) {
      fields.push_back({std::string(key), *given});
      continue;
    }
    const Member* member = type.find(key);
    auto value = member ? key_default(*member->field) : std::nullopt;
    if (value) fields.push_back({std::string(key), *std::move(value)});
  }
  if (fields.empty()) {
    std::string names;
    for (const std::string_view key : keys) {
      if (!names.empty()) names += ' ';
      append_quoted(names, key);
    }
    return fail("associative list with keys has an element that omits all key fields [" + names +
                "] (and doesn't have default values for any key fields)");
  }
  return PathElement::key(std::move(fields));
}

}  // namespace

MergeType MergeType::of_value(const Type& type, const Field* field) {
  switch (type.kind) {
    case TypeKind::Json:
    case TypeKind::Any:
      return deduced();
    case TypeKind::Raw:
    case TypeKind::FieldsV1:
      if (field && field->map_type == MapType::Atomic) return {Base::Atomic, nullptr, nullptr};
      break;
    default:
      break;
  }
  if (type.special != Special::None) return deduced();
  return {Base::Typed, &type, field};
}

Shape MergeType::shape(const Json* value) const noexcept {
  if (base_ != Base::Typed) return shape_of_value(value);
  switch (type_->kind) {
    case TypeKind::Struct:
    case TypeKind::Map:
    case TypeKind::Raw:
    case TypeKind::FieldsV1:
      return Shape::Map;
    case TypeKind::List:
      return Shape::List;
    default:
      return Shape::Scalar;
  }
}

bool MergeType::atomic(Shape shape) const noexcept {
  if (base_ == Base::Atomic) return true;
  if (base_ == Base::Deduced) return shape == Shape::List;
  switch (type_->kind) {
    case TypeKind::List: {
      const ListType mark = field_ ? field_->list_type : ListType::Unmarked;
      return mark == ListType::Unmarked || mark == ListType::Atomic;
    }
    case TypeKind::Map:
      return field_ != nullptr && field_->map_type == MapType::Atomic;
    case TypeKind::Struct: {
      const StructType mark = field_ ? field_->struct_type : StructType::Unmarked;
      return (mark == StructType::Unmarked ? type_->struct_type : mark) == StructType::Atomic;
    }
    default:
      return false;
  }
}

std::optional<MergeType> MergeType::member(std::string_view name) const noexcept {
  if (base_ != Base::Typed) return MergeType(base_, nullptr, nullptr);
  switch (type_->kind) {
    case TypeKind::Struct: {
      const Member* found = type_->find(name);
      if (found == nullptr) return std::nullopt;
      return of_value(*found->field->type, found->field);
    }
    case TypeKind::Map:
      return of_value(*type_->element, nullptr);
    default:
      return deduced();  // Raw and FieldsV1 hold any member
  }
}

bool MergeType::declares(std::string_view name) const noexcept {
  return base_ == Base::Typed && type_->is_struct() && type_->find(name) != nullptr;
}

MergeType MergeType::element() const noexcept {
  if (base_ != Base::Typed) return {Base::Atomic, nullptr, nullptr};
  return of_value(*type_->element, nullptr);
}

Result<PathElement> MergeType::element_path(const Json& element) const {
  if (field_ == nullptr || type_->kind != TypeKind::List) {
    return fail("invalid indexing of non-associative list");
  }
  const auto keys = field_->list_keys();
  return keys.empty() ? set_element(element) : keyed_element(element, *type_->element, keys);
}

std::string MergeType::scalar_error(const Json& value) const {
  if (value.is_null() || base_ != Base::Typed) return "";
  switch (type_->kind) {
    case TypeKind::Int32:
    case TypeKind::Int64:
    case TypeKind::Double:
      if (value.number()) return "";
      return "expected numeric (int or float), got " + std::string(patch::go_type(value));
    case TypeKind::String:
    case TypeKind::Bytes:
    case TypeKind::Duration:
      if (value.string()) return "";
      return "expected string, got &value.valueUnstructured{Value:" + go_syntax(value) + "}";
    case TypeKind::Bool:
      if (value.boolean()) return "";
      return "expected boolean, got &{" + patch::go_text(value) + "}";
    default:
      if (!value.object() && !value.array()) return "";
      return "expected any scalar, got &{" + patch::go_text(value) + "}";
  }
}

}  // namespace kaudit::apiserver::objects::apply
