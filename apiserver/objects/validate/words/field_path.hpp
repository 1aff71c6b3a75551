#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kaudit::apiserver::objects::validate {

/// Where a member is: `spec.containers[0].ports[1].name`. It is made on the way down and becomes
/// text only where something is wrong. A path refers to the one it was made from, which must live
/// on; so none can be made from a temporary one. (apimachinery pkg/util/validation/field Path)
class FieldPath {
 public:
  /// The member of an object; "" is the object itself.
  explicit FieldPath(std::string_view name) noexcept : name_(name) {}

  FieldPath child(std::string_view name) const& noexcept { return {this, Kind::Child, name, 0}; }
  FieldPath at(std::size_t index) const& noexcept { return {this, Kind::Index, {}, index}; }
  /// The entry of a map.
  FieldPath key(std::string_view name) const& noexcept { return {this, Kind::Key, name, 0}; }
  FieldPath child(std::string_view) const&& = delete;
  FieldPath at(std::size_t) const&& = delete;
  FieldPath key(std::string_view) const&& = delete;

  std::string text() const;

 private:
  enum class Kind : std::uint8_t { Child, Index, Key };
  FieldPath(const FieldPath* parent, Kind kind, std::string_view name, std::size_t index) noexcept
      : parent_(parent), kind_(kind), name_(name), index_(index) {}

  const FieldPath* parent_ = nullptr;
  Kind kind_ = Kind::Child;
  std::string_view name_;
  std::size_t index_ = 0;
};

}  // namespace kaudit::apiserver::objects::validate
