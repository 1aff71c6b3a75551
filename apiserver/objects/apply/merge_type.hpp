#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "apiserver/objects/apply/path_element.hpp"
#include "apiserver/objects/schema/schema.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/types/types.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::objects::apply {

/// What a value is to server-side apply. Any: all three are possible, and the value does not show
/// which.
enum class Shape : std::uint8_t { Scalar, List, Map, Any };

/// A type as server-side apply sees it: which of its parts have owners of their own. Made of the
/// tables and the marks of the field that holds the value; or, for kinds without tables and for
/// members that hold any JSON, deduced from the value: maps have owners for each member, lists have
/// one. (structured-merge-diff schema.Atom, as apiserver makes it of its OpenAPI)
/// A small reference to static data.
class MergeType {
 public:
  static MergeType of(const Type& type) { return MergeType(Base::Typed, &type, nullptr); }
  /// Of an object of a custom resource with that schema.
  static MergeType of_custom(const schema::Schema& schema) {
    MergeType type(Base::Schema, nullptr, nullptr);
    type.schema_ = &schema;
    type.holds_object_ = true;
    return type;
  }
  /// Of the value of a struct's member.
  static MergeType of_field(const Field& field) { return of_value(*field.type, &field); }
  static MergeType deduced() { return MergeType(Base::Deduced, nullptr, nullptr); }
  /// For null, the deduced type.
  static MergeType of_kind(const Type* type) { return type ? of(*type) : deduced(); }

  /// What it is made of when that is the table of a struct; null otherwise.
  const Type* struct_type() const noexcept {
    return base_ == Base::Typed && type_->is_struct() ? type_ : nullptr;
  }
  /// The names of the keys of a list whose table has them.
  std::span<const std::string_view> list_keys() const noexcept {
    const bool listed = base_ == Base::Typed && type_->kind == TypeKind::List && field_ != nullptr;
    return listed ? field_->list_keys() : std::span<const std::string_view>();
  }

  /// Of that value; null when it is absent.
  Shape shape(const Json* value) const noexcept;
  /// True when a value of that shape has one owner.
  bool atomic(Shape shape) const noexcept;

  /// Of a map's member. nullopt: the type has no such member.
  std::optional<MergeType> member(std::string_view name) const noexcept;
  /// True when the type names that member, other than as a key of a map.
  bool declares(std::string_view name) const noexcept;
  MergeType element() const noexcept;

  /// What distinguishes an element of a set or map list from others. Error: it has nothing.
  Result<PathElement> element_path(const Json& element) const;

  /// What is wrong with a scalar of this type; "" when nothing is.
  std::string scalar_error(const Json& value) const;

 private:
  enum class Base : std::uint8_t { Typed, Deduced, Atomic, Schema };

  MergeType(Base base, const Type* type, const Field* field)
      : base_(base), type_(type), field_(field) {}
  static MergeType of_value(const Type& type, const Field* field);
  static MergeType of_schema(const schema::Schema& schema);
  std::optional<MergeType> schema_member(std::string_view name) const noexcept;
  std::string schema_scalar_error(const Json& value) const;

  Base base_;
  const Type* type_;                        // of Typed
  const Field* field_;                      // whose marks win; null: none
  const schema::Schema* schema_ = nullptr;  // of Schema
  bool holds_object_ = false;               // of Schema: with kind, apiVersion, metadata
};

}  // namespace kaudit::apiserver::objects::apply
