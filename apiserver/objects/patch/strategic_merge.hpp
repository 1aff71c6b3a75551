#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/patch/patch_error.hpp"
#include "apiserver/objects/patch/patch_schema.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::patch {

// The parts of a strategic merge, which call each other: objects and lists nest. They go no deeper
// than the kind's types, which the client does not choose.

inline constexpr std::string_view kPatchDirective = "$patch";
inline constexpr std::string_view kRetainKeys = "$retainKeys";
inline constexpr std::string_view kSetElementOrder = "$setElementOrder";
inline constexpr std::string_view kDeleteFromPrimitiveList = "$deleteFromPrimitiveList";

/// Merges `patch` (which is used up) into `original`.
PatchResult<Json> merge_objects(Json original, Json patch, const PatchSchema& type);

enum class ListMerge : std::uint8_t {
  AsDeclared,  ///< by the field's strategy: merged or replaced
  Delete,      ///< `$deleteFromPrimitiveList`: the patch's elements leave the list
};
PatchResult<Json::Array> merge_lists(Json::Array original, Json::Array patch,
                                     const PatchField& field, ListMerge how);

/// Brings a merged list into the order that the patch and, for what only the server has, the
/// server's list say. `placed_by`: the elements that count as the patch's.
PatchResult<Json::Array> ordered_list(Json::Array merged, const Json::Array& placed_by,
                                      const Json::Array& server_order, std::string_view merge_key);

/// Checks that the elements that a patch brings come in the order of its `$setElementOrder`.
PatchResult<void> check_order(const Json::Array& patch, const Json::Array& order,
                              std::string_view merge_key);

/// Error: elements of several types, lists in a list, or no element at all.
PatchResult<void> check_element_types(const Json::Array& original, const Json::Array& patch);

/// Drops objects that carry `$patch` from everything below; false when the value is one itself.
bool remove_directives(Json& value);

// Errors that several parts have.
tl::unexpected<PatchError> no_merge_key(const Json& element, std::string_view merge_key);
tl::unexpected<PatchError> wrong_type(std::string_view expected, const Json& value);
tl::unexpected<PatchError> unknown_directive(const Json& directive, const Json& object);

}  // namespace kaudit::apiserver::objects::patch
