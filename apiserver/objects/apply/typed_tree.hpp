#pragma once

#include <optional>
#include <string>

#include "apiserver/objects/apply/merge_type.hpp"
#include "apiserver/objects/apply/path_set.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::objects::apply {

// What server-side apply does with objects of a type, each a walk along the type.
// (structured-merge-diff typed) They recurse, one call a level: callers keep what clients sent
// within kMaxPathDepth.

/// Error: every place where the value does not fit, as `.spec.x: expected string, got …` or, when
/// there are several, a list of lines. Elements of sets and map lists must differ.
Result<void> check_fits(const Json& value, const MergeType& type);

/// The paths to everything in the value that has an owner of its own.
PathSet field_set(const Json& value, const MergeType& type);

/// What is different from one object to another, as paths.
struct Comparison {
  PathSet removed;
  PathSet modified;
  PathSet added;
};
Comparison compare(const Json& from, const Json& to, const MergeType& type);

/// What FieldsV1 says of a new object, as JSON, "" for nothing: it is of everything that the object
/// has and `empty`, an object of its kind that says nothing, has not; without what `reset` leads
/// to, and without the very paths of `unowned`. It is what compare() finds, without the sets.
/// nullopt where its parts are of other shapes than those of `empty`: then the sets are needed.
std::optional<TreeText> fields_of_new(const Json& empty, const Json& object, const MergeType& type,
                                      const PathSet& reset, const PathSet& unowned);

/// `over` laid over `base`: members and elements of both, the values of `over`. Elements of `over`
/// come in its order.
Json merged(const Json& base, const Json& over, const MergeType& type);

/// The value without what those paths lead to. What is left empty becomes null.
Json without_paths(const Json& value, const PathSet& paths, const MergeType& type);

/// The type of what a step leads to; nullopt where the type does not say.
std::optional<MergeType> type_below(const MergeType& type, const PathElement& element);
/// The set with each member that the type declares and that has paths below it.
PathSet with_declared_members(const PathSet& set, const MergeType& type);
/// Puts values that have one owner in the place of what is below them: in a set that a client
/// wrote, or that is of a time when the type was another.
void reconcile(PathSet& set, const MergeType& type);

}  // namespace kaudit::apiserver::objects::apply
