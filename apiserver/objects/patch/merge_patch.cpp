#include "apiserver/objects/patch/merge_patch.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "apiserver/objects/patch/null_members.hpp"

namespace kaudit::apiserver::objects::patch {
namespace {

// An object and the object of changes to it.
using Pair = std::pair<Json*, const Json*>;

// What a change makes of a member: a new value, or more changes within it.
Json changed(Json* present, const Json& change, bool& goes_deeper) {
  goes_deeper = present && present->object() && change.object();
  if (goes_deeper) return std::move(*present);
  Json value = change;
  // Where an object was, the library takes what replaces it unseen.
  if (!present || !present->object()) drop_null_members(value);
  return value;
}

// Merges one level, both sides in the order of names; deeper levels are left for later.
void merge_level(Json& object, const Json& changes, std::vector<Pair>& later) {
  object.sort_members();
  std::vector<const Json::Member*> sorted;
  sorted.reserve(changes.object()->size());
  for (const Json::Member& change : *changes.object()) sorted.push_back(&change);
  std::sort(sorted.begin(), sorted.end(),
            [](const Json::Member* a, const Json::Member* b) { return a->name < b->name; });

  Json::Object merged;
  merged.reserve(object.object()->size() + sorted.size());
  std::vector<std::pair<std::size_t, const Json*>> deeper;  // places in `merged`
  auto member = object.object()->begin();
  const auto end = object.object()->end();
  for (const Json::Member* change : sorted) {
    while (member != end && member->name < change->name) merged.push_back(std::move(*member++));
    const bool present = member != end && member->name == change->name;
    if (!change->value.is_null()) {
      bool goes_deeper = false;
      // The library does not count a null in the object as a member.
      Json* value = present && !member->value.is_null() ? &member->value : nullptr;
      merged.push_back({change->name, changed(value, change->value, goes_deeper)});
      if (goes_deeper) deeper.emplace_back(merged.size() - 1, &change->value);
    }
    if (present) ++member;
  }
  std::move(member, end, std::back_inserter(merged));
  *object.object() = std::move(merged);
  for (const auto& [place, change] : deeper) {
    later.emplace_back(&(*object.object())[place].value, change);
  }
}

}  // namespace

PatchResult<MergePatch> MergePatch::parse(std::string_view text) {
  auto changes = Json::parse(text);
  if (!changes) {
    return refuse_patch(PatchError::Kind::Malformed,
                        "error decoding patch: " + changes.error().message);
  }
  if (changes->is_null()) return refuse_patch(PatchError::Kind::Malformed, "Invalid JSON Patch");
  if (!changes->object()) {
    return refuse_patch(PatchError::Kind::Malformed,
                        "error decoding patch: json: cannot unmarshal " +
                            std::string(changes->type_name()) +
                            " into Go value of type map[string]interface {}");
  }
  return MergePatch(*std::move(changes));
}

Json MergePatch::apply(Json object) const {
  std::vector<Pair> pending{{&object, &changes_}};
  while (!pending.empty()) {
    const auto [target, changes] = pending.back();
    pending.pop_back();
    merge_level(*target, *changes, pending);
  }
  return object;
}

}  // namespace kaudit::apiserver::objects::patch
