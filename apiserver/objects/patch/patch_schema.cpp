#include "apiserver/objects/patch/patch_schema.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::patch {
namespace {

using Kind = PatchError::Kind;

// The member that encoding/json would take for that name: case does not matter in the end.
const Member* find_folded(const Type& type, std::string_view name) {
  if (const Member* exact = type.find(name)) return exact;
  const auto found =
      std::find_if(type.members.begin(), type.members.end(),
                   [&](const Member& member) { return equals_ignoring_case(member.name(), name); });
  return found == type.members.end() ? nullptr : &*found;
}

MergeStrategy strategy_of(PatchStrategy strategy) {
  switch (strategy) {
    case PatchStrategy::Merge:
    case PatchStrategy::MergeRetainKeys:
      return MergeStrategy::Merge;
    case PatchStrategy::Replace:
      return MergeStrategy::Replace;
    case PatchStrategy::None:
    case PatchStrategy::RetainKeys:
      break;
  }
  return MergeStrategy::None;
}

std::string_view kind_name(const Type& type) {
  if (is_go_struct(type.kind)) return "struct";
  switch (type.kind) {
    case TypeKind::String:
      return "string";
    case TypeKind::Bool:
      return "bool";
    case TypeKind::Int32:
      return "int32";
    case TypeKind::Int64:
      return "int64";
    case TypeKind::Double:
      return "float64";
    case TypeKind::Map:
      return "map";
    case TypeKind::Any:
      return "interface";
    default:
      return "slice";
  }
}

}  // namespace

PatchResult<PatchField> PatchSchema::member(std::string_view name) const {
  if (!is_go_struct(type_->kind)) {
    return refuse_patch(Kind::Unforeseen,
                        "merging an object in json but data type is not struct, instead is: " +
                            std::string(kind_name(*type_)));
  }
  const Member* found = type_->is_struct() ? find_folded(*type_, name) : nullptr;
  if (found == nullptr) {
    const std::string_view go_name = type_->go_name;
    return refuse_patch(Kind::Unforeseen, "unable to find api field in struct " +
                                              std::string(go_name.substr(go_name.rfind('.') + 1)) +
                                              " for the json field " + go_quoted(name));
  }
  return PatchField{PatchSchema(*found->field->type), strategy_of(found->field->patch_strategy),
                    found->field->merge_key()};
}

PatchResult<PatchField> PatchSchema::list(std::string_view name) const {
  auto field = member(name);
  if (!field) return field;
  const Type& type = *field->type.type_;
  if (type.kind != TypeKind::List) {
    return refuse_patch(Kind::Unforeseen,
                        "expected slice or array type, but got: " + std::string(kind_name(*type_)));
  }
  if (type.element->kind == TypeKind::List) {
    return refuse_patch(Kind::Unforeseen, "unexpected slice of slice");
  }
  field->type = PatchSchema(*type.element);
  return field;
}

std::string_view PatchSchema::go_kind() const noexcept { return kind_name(*type_); }

}  // namespace kaudit::apiserver::objects::patch
