#include "apiserver/objects/apply/merge_type.hpp"

#include <string>
#include <utility>
#include <vector>

#include "apiserver/objects/apply/go_syntax.hpp"
#include "apiserver/objects/patch/go_text.hpp"
#include "base/json/json_string.hpp"
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
  if (const std::string_view json = field.default_json(); !json.empty()) {
    const auto text = unescaped_json_text(json);
    return text ? Json(*text) : *Json::parse(json);
  }
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

// `default_of`: of a key that the element does not have.
template <typename Keys, typename DefaultOf>
Result<PathElement> keyed_element(const Json& element, const Keys& keys,
                                  const DefaultOf& default_of) {
  if (element.is_null()) return fail("associative list with keys may not have a null element");
  if (!element.object()) return fail("associative list with keys may not have non-map elements");
  PathElement::KeyFields fields;
  fields.reserve(keys.size());
  for (const std::string_view key : keys) {
    if (const Json* given = element.find(key)) {
      fields.push_back({TreeText(key), *given});
      continue;
    }
    std::optional<Json> value = default_of(key);
    if (value) fields.push_back({TreeText(key), *std::move(value)});
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

// Scalars of a kind, or of any.
std::string wrong_scalar(TypeKind kind, const Json& value) {
  switch (kind) {
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

}  // namespace

// Where a schema leaves open what a value is, the value shows it. (kube-openapi pkg/schemaconv)
MergeType MergeType::of_schema(const schema::Schema& schema) {
  if (schema.type.empty() && !schema.int_or_string) return deduced();
  MergeType type(Base::Schema, nullptr, nullptr);
  type.schema_ = &schema;
  type.holds_object_ = schema.embedded;
  return type;
}

std::optional<MergeType> MergeType::schema_member(std::string_view name) const noexcept {
  if (holds_object_ && name == "metadata") return of(*type_by_id("meta.v1.ObjectMeta"));
  if (holds_object_ && (name == "kind" || name == "apiVersion")) return of(*type_by_id("string"));
  if (const schema::Schema* own = schema_->member(name)) return of_schema(*own);
  if (schema_->preserves_unknown || schema_->other_members == schema::OtherMembers::Allowed) {
    return deduced();
  }
  return std::nullopt;
}

std::string MergeType::schema_scalar_error(const Json& value) const {
  if (schema_->type == "integer" || schema_->type == "number") {
    return wrong_scalar(TypeKind::Int64, value);
  }
  if (schema_->type == "string") return wrong_scalar(TypeKind::String, value);
  if (schema_->type == "boolean") return wrong_scalar(TypeKind::Bool, value);
  return wrong_scalar(TypeKind::IntOrString, value);
}

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
  if (base_ == Base::Schema) {
    if (holds_object_ || schema_->type == "object") return Shape::Map;
    return schema_->type == "array" ? Shape::List : Shape::Scalar;
  }
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
  if (base_ == Base::Schema) {
    if (shape == Shape::List) {
      return schema_->list_type == ListType::Unmarked || schema_->list_type == ListType::Atomic;
    }
    return shape == Shape::Map && schema_->map_type == MapType::Atomic;
  }
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
  if (base_ == Base::Schema) return schema_member(name);
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
  if (base_ == Base::Schema) {
    return schema_->property(name) != nullptr ||
           (holds_object_ && (name == "metadata" || name == "kind" || name == "apiVersion"));
  }
  return base_ == Base::Typed && type_->is_struct() && type_->find(name) != nullptr;
}

MergeType MergeType::element() const noexcept {
  if (base_ == Base::Schema) return schema_->items ? of_schema(*schema_->items) : deduced();
  if (base_ != Base::Typed) return {Base::Atomic, nullptr, nullptr};
  return of_value(*type_->element, nullptr);
}

Result<PathElement> MergeType::element_path(const Json& element) const {
  if (base_ == Base::Schema) {
    if (schema_->list_type == ListType::Set) return set_element(element);
    if (schema_->list_type != ListType::Map) {
      return fail("invalid indexing of non-associative list");
    }
    return keyed_element(element, schema_->list_keys, [this](std::string_view key) {
      const schema::Schema* const own = schema_->items ? schema_->items->property(key) : nullptr;
      return own != nullptr ? own->default_value : std::optional<Json>();
    });
  }
  if (field_ == nullptr || type_->kind != TypeKind::List) {
    return fail("invalid indexing of non-associative list");
  }
  const auto keys = field_->list_keys();
  if (keys.empty()) return set_element(element);
  return keyed_element(element, keys, [this](std::string_view key) {
    const Member* const member = type_->element->find(key);
    return member != nullptr ? key_default(*member->field) : std::optional<Json>();
  });
}

std::string MergeType::scalar_error(const Json& value) const {
  if (value.is_null()) return "";
  if (base_ == Base::Schema) return schema_scalar_error(value);
  if (base_ != Base::Typed) return "";
  return wrong_scalar(type_->kind, value);
}

}  // namespace kaudit::apiserver::objects::apply
