#include "apiserver/objects/apply/ownership.hpp"

#include <utility>

#include "apiserver/objects/apply/typed_tree.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

// No identity is empty.
const std::string kNobody;

// Managers of other versions own nothing here: this server keeps the versions of a kind apart, and
// upstream drops those it cannot convert to.
void reconcile(const OwnedObject& object, Managers& managers) {
  std::erase_if(managers, [&](const auto& entry) {
    return entry.second.name.api_version != object.api_version;
  });
  for (auto& [identity, set] : managers) reconcile(set.fields, object.type);
}

Comparison changes_of(const OwnedObject& object, const Json& live, const Json& wanted) {
  Comparison changes = compare(live, wanted, object.type);
  if (!object.reset.empty()) {
    for (PathSet* set : {&changes.removed, &changes.modified, &changes.added}) {
      *set = recursive_difference(std::move(*set), object.reset);
    }
  }
  return changes;
}

// Who but `self` owns some of those.
Conflicts owners_of(const PathSet& fields, const std::string& self, const Managers& managers) {
  Conflicts conflicts;
  for (const auto& [identity, set] : managers) {
    if (identity == self) continue;
    PathSet shared = intersection(set.fields, fields);
    if (!shared.empty()) conflicts.push_back({set.name, std::move(shared)});
  }
  return conflicts;
}

void disown(const PathSet& changed, const PathSet& removed, const std::string& self,
            Managers& managers) {
  for (auto& [identity, set] : managers) {
    if (identity == self) continue;
    set.fields = difference(difference(std::move(set.fields), changed), removed);
  }
  std::erase_if(managers, [](const auto& entry) { return entry.second.fields.empty(); });
}

// Whether all paths of `last` are owned in `now`, and what they lead through too.
bool still_owned(const PathSet& last, const PathSet& now, const MergeType& type) {
  for (const PathSet::Entry& entry : last.entries()) {
    const PathSet::Entry* const own = now.find(entry.element);
    if (own == nullptr) return false;
    const bool leads_further = !entry.below.empty();
    const TreeText* const name = entry.element.name();
    const bool declared = name != nullptr && type.declares(*name) && !own->below.empty();
    if ((entry.member || (leads_further && !declared)) && !own->member) return false;
    if (!leads_further) continue;
    const auto below = type_below(type, entry.element);
    if (!below || !still_owned(entry.below, own->below, *below)) return false;
  }
  return true;
}

// Takes from the merged object what the manager applied before and now does not. Three steps:
// everything of the last time goes; what anybody owns now comes back; and what went along with it
// but was never the manager's comes back too.
Json pruned(const OwnedObject& object, Json all, const PathSet& last, const std::string& self,
            const Managers& managers) {
  const MergeType& type = object.type;
  if (last.empty()) return all;
  // As with most applies, which apply again what they did. Nothing goes then.
  if (still_owned(last, managers.at(self).fields, type)) return all;
  const PathSet last_declared = with_declared_members(last, type);
  const Json without_last = without_paths(all, last_declared, type);

  PathSet owned;
  for (const auto& [identity, set] : managers) owned = united(std::move(owned), set.fields);
  const PathSet all_fields = with_declared_members(field_set(all, type), type);
  const PathSet left = with_declared_members(field_set(without_last, type), type);
  const PathSet kept = united(left, with_declared_members(owned, type));
  const Json with_owned = without_paths(all, difference(all_fields, kept), type);

  const PathSet still_there = with_declared_members(field_set(with_owned, type), type);
  const PathSet gone = difference(all_fields, still_there);
  return without_paths(all, intersection(gone, last_declared), type);
}

}  // namespace

PathSet take_changes(const OwnedObject& object, const Json& live, const Json& wanted,
                     Managers& managers) {
  reconcile(object, managers);
  Comparison changes = changes_of(object, live, wanted);
  PathSet taken = united(std::move(changes.modified), std::move(changes.added));
  disown(taken, changes.removed, kNobody, managers);
  return taken;
}

tl::expected<Json, Conflicts> apply_config(const OwnedObject& object, const Json& live,
                                           const Json& config, const ManagerName& self, Force force,
                                           Managers& managers) {
  reconcile(object, managers);
  Json wanted = merged(live, config, object.type);
  const std::string identity = self.identity();
  ManagedSet& own = managers[identity];
  const PathSet last = std::move(own.fields);
  own.name = self;
  own.fields = field_set(config, object.type);
  if (!object.reset.empty()) own.fields = recursive_difference(std::move(own.fields), object.reset);
  wanted = pruned(object, std::move(wanted), last, identity, managers);

  const Comparison changes = changes_of(object, live, wanted);
  const PathSet changed = united(changes.modified, changes.added);
  if (force == Force::No) {
    if (auto conflicts = owners_of(changed, identity, managers); !conflicts.empty()) {
      return tl::unexpected(std::move(conflicts));
    }
  }
  disown(changed, changes.removed, identity, managers);
  return wanted;
}

}  // namespace kaudit::apiserver::objects::apply
