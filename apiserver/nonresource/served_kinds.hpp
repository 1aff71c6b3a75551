#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiserver/custom/registry.hpp"
#include "apiserver/objects/kinds.hpp"

namespace kaudit::apiserver::nonresource {

/// A resource as discovery shows it.
struct ServedKind {
  const objects::Resource* resource;
  bool terminating = false;       ///< its definition is being deleted: nothing new is taken
  std::string storage_hash = {};  ///< of a custom resource (discovery.StorageVersionHash)
};

/// What may be done with it: while it goes, nothing that would make or change anything.
std::vector<std::string_view> verbs_of(const ServedKind& kind);

/// All that is served: the table of kinds in its order, then what definitions define, by group,
/// version (the best first) and name.
std::vector<ServedKind> served_kinds(const custom::Registry& definitions);

/// Those of definitions alone.
std::vector<ServedKind> custom_kinds(const custom::Registry& definitions);

}  // namespace kaudit::apiserver::nonresource
