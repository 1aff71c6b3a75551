#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "apiserver/objects/apply/managers/managers.hpp"
#include "apiserver/objects/apply/merge_type.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::apply {

// How fields change hands. (structured-merge-diff merge.Updater)

/// Fields of a manager that an apply would have to take from it.
struct Conflict {
  ManagerName manager;
  PathSet fields;
};
using Conflicts = std::vector<Conflict>;  ///< by the managers' identities

/// What an operation works on.
struct OwnedObject {
  const MergeType& type;
  const std::string& api_version;
  /// Paths that the URL does not write: a writer there does not come to own them.
  const PathSet& reset;
};

/// An update from `live` to `wanted`: what it changed and removed leaves every manager. Returns
/// what it changed, which is the updater's from now on.
PathSet take_changes(const OwnedObject& object, const Json& live, const Json& wanted,
                     Managers& managers);

enum class Force : std::uint8_t { No, Yes };

/// Lays `config` over `live` for the manager of that identity and name. What it applied before and
/// does not any more goes, unless somebody else owns it. Error: what it would have to take by
/// force.
tl::expected<Json, Conflicts> apply_config(const OwnedObject& object, const Json& live,
                                           const Json& config, const ManagerName& self, Force force,
                                           Managers& managers);

}  // namespace kaudit::apiserver::objects::apply
