#pragma once

#include <cstdint>
#include <string_view>

#include "apiserver/objects/patch/patch_error.hpp"
#include "apiserver/objects/types/types.hpp"

namespace kaudit::apiserver::objects::patch {

struct PatchField;

/// A type as strategic merge patch asks about it: which members it has, and how those merge.
/// (apimachinery strategicpatch PatchMetaFromStruct). A reference to static tables.
class PatchSchema {
 public:
  explicit PatchSchema(const Type& type) : type_(&type) {}

  /// A member whose value is an object. Error: Unforeseen, when the type has no such member.
  PatchResult<PatchField> member(std::string_view name) const;
  /// A member whose value is a list; `type` is then that of its elements. Error: Unforeseen, also
  /// when it is not a list.
  PatchResult<PatchField> list(std::string_view name) const;

  /// reflect.Kind's name: `struct`, `map`, `slice`, `string` …
  std::string_view go_kind() const noexcept;

 private:
  const Type* type_;
};

enum class MergeStrategy : std::uint8_t { None, Merge, Replace };

struct PatchField {
  PatchSchema type;
  MergeStrategy strategy = MergeStrategy::None;
  std::string_view merge_key;  ///< "" when there is none
};

}  // namespace kaudit::apiserver::objects::patch
