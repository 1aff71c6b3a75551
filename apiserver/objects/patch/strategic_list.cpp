#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "apiserver/objects/patch/go_text.hpp"
#include "apiserver/objects/patch/list_identity.hpp"
#include "apiserver/objects/patch/strategic_merge.hpp"

namespace kaudit::apiserver::objects::patch {
namespace {

using Kind = PatchError::Kind;

// Elements that are equal but for the first of each.
PatchResult<Json::Array> without_repeats(Json::Array list) {
  std::unordered_set<std::string> seen;
  Json::Array kept;
  for (Json& element : list) {
    auto id = identity_of(element, "");
    if (!id) return tl::unexpected(id.error());
    if (seen.insert(*std::move(id)).second) kept.push_back(std::move(element));
  }
  return kept;
}

PatchResult<Json::Array> without(Json::Array list, const Json::Array& gone) {
  Places places;
  if (auto added = places.add(gone, ""); !added) return tl::unexpected(added.error());
  Json::Array kept;
  for (Json& element : list) {
    const auto id = identity_of(element, "");
    if (!id) return tl::unexpected(id.error());
    if (places.position_of(*id) == Places::kNone) kept.push_back(std::move(element));
  }
  return kept;
}

// Follows elements that carry `$patch`: what they delete leaves the original, `replace` empties it.
// What is left of the patch are its other elements.
PatchResult<void> follow_directives(Json::Array& original, Json::Array& patch,
                                    std::string_view merge_key) {
  std::unordered_set<std::string> deleted;
  bool replace = false;
  Json::Array plain;
  for (Json& element : patch) {
    const Json* directive = element.find(kPatchDirective);
    if (directive == nullptr) {
      plain.push_back(std::move(element));
      continue;
    }
    const std::string_view word = element.text(kPatchDirective);
    if (word == "delete") {
      auto id = identity_of(element, merge_key);
      if (!id) return tl::unexpected(id.error());
      deleted.insert(*std::move(id));
    } else if (word == "replace") {
      replace = true;
    } else if (word == "merge") {
      return refuse_patch(Kind::Unforeseen, "merging lists cannot yet be specified in the patch");
    } else {
      return unknown_directive(*directive, element);
    }
  }
  if (replace) {
    original = std::move(plain);
    patch.clear();
    return {};
  }
  std::erase_if(original, [&](const Json& element) {
    const auto id = identity_of(element, merge_key);
    return id && deleted.contains(*id);
  });
  patch = std::move(plain);
  return {};
}

PatchResult<Json::Array> merge_elements(Json::Array original, Json::Array patch,
                                        const PatchField& field) {
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < original.size(); ++i) {
    if (auto id = identity_of(original[i], field.merge_key)) places.try_emplace(*std::move(id), i);
  }
  for (Json& change : patch) {
    auto id = identity_of(change, field.merge_key);
    if (!id) return tl::unexpected(id.error());
    const auto [place, is_new] = places.try_emplace(*std::move(id), original.size());
    if (is_new) {
      original.push_back(std::move(change));
      continue;
    }
    Json& present = original[place->second];
    auto merged = merge_objects(std::move(present), std::move(change), field.type);
    if (!merged) return tl::unexpected(merged.error());
    present = *std::move(merged);
  }
  return original;
}

}  // namespace

PatchResult<void> check_element_types(const Json::Array& original, const Json::Array& patch) {
  const Json* first = nullptr;
  for (const Json::Array* list : {&original, &patch}) {
    for (const Json& element : *list) {
      if (first == nullptr) {
        first = &element;
        if (element.array()) {
          return refuse_patch(Kind::DoesNotApply, "lists of lists are not supported");
        }
        if (element.is_null()) {
          return refuse_patch(Kind::Unforeseen, "a list to be merged begins with null");
        }
      } else if (go_type(*first) != go_type(element)) {
        return refuse_patch(Kind::Unforeseen, "list element types are not identical: [" +
                                                  go_text(Json(original)) + " " +
                                                  go_text(Json(patch)) + "]");
      }
    }
  }
  if (first == nullptr) {
    return refuse_patch(Kind::Unforeseen, "no elements in any of the given slices");
  }
  return {};
}

PatchResult<Json::Array> merge_lists(Json::Array original, Json::Array patch,
                                     const PatchField& field, ListMerge how) {
  if (how == ListMerge::AsDeclared && field.strategy != MergeStrategy::Merge) return patch;
  if (original.empty() && patch.empty()) return original;
  if (auto same = check_element_types(original, patch); !same) return tl::unexpected(same.error());
  const Json& first = original.empty() ? patch.front() : original.front();
  PatchResult<Json::Array> merged;
  if (first.object()) {
    if (field.merge_key.empty()) {
      return refuse_patch(Kind::Unforeseen, "cannot merge lists without merge key for " +
                                                std::string(field.type.go_kind()));
    }
    if (auto followed = follow_directives(original, patch, field.merge_key); !followed) {
      return tl::unexpected(followed.error());
    }
    merged = merge_elements(original, patch, field);
  } else {
    if (how == ListMerge::Delete) return without(std::move(original), patch);
    Json::Array both = original;
    both.insert(both.end(), patch.begin(), patch.end());
    merged = without_repeats(std::move(both));
  }
  if (!merged) return merged;
  return ordered_list(*std::move(merged), patch, original, field.merge_key);
}

tl::unexpected<PatchError> no_merge_key(const Json& element, std::string_view merge_key) {
  return refuse_patch(Kind::Unforeseen,
                      "map: " + go_text(element) +
                          " does not contain declared merge key: " + std::string(merge_key));
}

tl::unexpected<PatchError> wrong_type(std::string_view expected, const Json& value) {
  return refuse_patch(Kind::Unforeseen, "expected a " + std::string(expected) +
                                            ", but received a " + std::string(go_type(value)));
}

tl::unexpected<PatchError> unknown_directive(const Json& directive, const Json& object) {
  return refuse_patch(Kind::Unforeseen, "unknown patch type: " + go_string_verb(directive) +
                                            " in map: " + go_text(object));
}

}  // namespace kaudit::apiserver::objects::patch
