#include "apiserver/objects/patch/strategic_patch.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "apiserver/objects/patch/go_text.hpp"
#include "apiserver/objects/patch/null_members.hpp"
#include "apiserver/objects/patch/object_editor.hpp"
#include "apiserver/objects/patch/strategic_merge.hpp"

namespace kaudit::apiserver::objects::patch {
namespace {

using Kind = PatchError::Kind;

// `$setElementOrder/containers` -> `containers`
PatchResult<std::string> directed_member(std::string_view directive, std::string_view prefix,
                                         std::string_view called) {
  const std::size_t slash = directive.find('/');
  if (directive.substr(0, slash) != prefix || slash == std::string_view::npos) {
    return refuse_patch(Kind::Malformed, "invalid patch format of " + std::string(called));
  }
  return std::string(directive.substr(slash + 1));
}

/// The merge of one object: the patch's members one after the other.
class ObjectMerge {
 public:
  ObjectMerge(Json& original, Json& patch, const PatchSchema& type)
      : original_(*original.object()), patch_(*patch.object()), type_(type) {}

  PatchResult<void> run() {
    if (auto retained = retain_keys(); !retained) return retained;
    // Go goes through a map in no order; ours is that of the names, directives first.
    std::vector<std::string> names = names_of_patch();
    for (const std::string& name : names) {
      if (!name.starts_with(kSetElementOrder)) continue;
      if (auto done = set_element_order(name); !done) return done;
    }
    for (const std::string& name : names) {
      Json* change = patch_.find(name);
      if (change == nullptr) continue;
      if (auto done = merge_member(name, std::move(*change)); !done) return done;
    }
    original_.finish();
    return {};
  }

 private:
  std::vector<std::string> names_of_patch() {
    patch_.finish();
    std::vector<std::string> names;
    for (const Json::Member& member : patch_.members()) names.push_back(member.name);
    std::sort(names.begin(), names.end());
    return names;
  }

  PatchResult<void> retain_keys() {
    const Json* directive = patch_.find(kRetainKeys);
    if (directive == nullptr) return {};
    const auto refused = [] {
      return refuse_patch(Kind::Malformed, "invalid patch format of retainKeys");
    };
    if (!directive->array()) return refused();
    std::unordered_set<std::string> kept;
    for (const Json& name : *directive->array()) {
      if (name.string()) kept.insert(*name.string());
    }
    patch_.erase(kRetainKeys);
    patch_.finish();
    for (const Json::Member& member : patch_.members()) {
      if (member.value.is_null() || member.name.starts_with(kSetElementOrder) ||
          member.name.starts_with(kDeleteFromPrimitiveList)) {
        continue;
      }
      if (!kept.contains(member.name)) return refused();
    }
    for (const Json::Member& member : original_.members()) {
      if (!kept.contains(member.name)) original_.erase(member.name);
    }
    original_.finish();
    return {};
  }

  PatchResult<void> set_element_order(const std::string& directive) {
    const Json order = std::move(*patch_.find(directive));
    patch_.erase(directive);
    if (!order.array()) return wrong_type("[]interface {}", order);
    const auto name = directed_member(directive, kSetElementOrder, "setElementOrder list");
    if (!name) return tl::unexpected(name.error());
    Json* present = original_.find(*name);
    if (present && !present->array()) return wrong_type("[]interface {}", *present);
    Json* change = patch_.find(*name);
    if (change && !change->array()) return wrong_type("[]interface {}", *change);
    const auto field = type_.list(*name);
    if (!field) return tl::unexpected(field.error());
    const Json::Array given = change ? *change->array() : Json::Array();
    if (auto fits = check_order(given, *order.array(), field->merge_key); !fits) return fits;
    if (!present && !change) return {};

    const Json::Array server_order = present ? *present->array() : Json::Array();
    Json::Array merged = server_order;
    if (!present) {
      remove_directives(*change);
      merged = std::move(*change->array());
    } else if (change) {
      auto both = merge_lists(std::move(merged), given, *field, ListMerge::AsDeclared);
      if (!both) return tl::unexpected(both.error());
      merged = *std::move(both);
    }
    if (auto same = check_element_types(server_order, given); !same) return same;
    auto ordered = ordered_list(std::move(merged), *order.array(), server_order, field->merge_key);
    if (!ordered) return tl::unexpected(ordered.error());
    original_.set(*name, Json(*std::move(ordered)));
    patch_.erase(*name);
    return {};
  }

  PatchResult<void> merge_member(std::string name, Json change) {
    ListMerge how = ListMerge::AsDeclared;
    if (name.starts_with(kDeleteFromPrimitiveList)) {
      auto target = directed_member(name, kDeleteFromPrimitiveList, "primitive list");
      if (!target) return tl::unexpected(target.error());
      name = *std::move(target);
      how = ListMerge::Delete;
    }
    if (change.is_null()) {
      original_.erase(name);
      return {};
    }
    Json* present = original_.find(name);
    const bool alike = present && present->type_name() == change.type_name();
    if (!alike || (!change.object() && !change.array())) {
      if (how == ListMerge::AsDeclared || alike) take_over(name, std::move(change));
      return {};
    }
    if (change.object()) {
      const auto field = type_.member(name);
      if (!field) return tl::unexpected(field.error());
      if (field->strategy == MergeStrategy::Replace) {
        *present = std::move(change);
        return {};
      }
      auto merged = merge_objects(std::move(*present), std::move(change), field->type);
      if (!merged) return tl::unexpected(merged.error());
      *present = *std::move(merged);
      return {};
    }
    const auto field = type_.list(name);
    if (!field) return tl::unexpected(field.error());
    auto merged =
        merge_lists(std::move(*present->array()), std::move(*change.array()), *field, how);
    if (!merged) return tl::unexpected(merged.error());
    *present = Json(*std::move(merged));
    return {};
  }

  // The change as the member's whole value, without what only directs.
  void take_over(const std::string& name, Json change) {
    drop_null_members(change);
    if (remove_directives(change)) {
      original_.set(name, std::move(change));
    } else {
      original_.erase(name);
    }
  }

  ObjectEditor original_;
  ObjectEditor patch_;
  PatchSchema type_;
};

// Calls `change` with every number in a tree that is not an int64, and so a float64 to Go.
template <typename Change>
void for_each_float(Json& root, const Change& change) {
  std::vector<Json*> pending{&root};
  while (!pending.empty()) {
    Json& value = *pending.back();
    pending.pop_back();
    if (Json::Object* members = value.object()) {
      for (Json::Member& member : *members) pending.push_back(&member.value);
    } else if (Json::Array* elements = value.array()) {
      for (Json& element : *elements) pending.push_back(&element);
    } else if (const Json::Number* number = value.number(); number && !is_int64(*number)) {
      change(value, std::strtod(number->text.c_str(), nullptr));
    }
  }
}

}  // namespace

PatchResult<Json> merge_objects(Json original, Json patch, const PatchSchema& type) {
  if (const Json* directive = patch.find(kPatchDirective)) {
    const std::string_view word = patch.text(kPatchDirective);
    if (word == "delete") return Json(Json::Object());
    if (word != "replace") return unknown_directive(*directive, patch);
    patch.erase(kPatchDirective);
    return patch;
  }
  if (auto merged = ObjectMerge(original, patch, type).run(); !merged) {
    return tl::unexpected(merged.error());
  }
  return original;
}

bool remove_directives(Json& root) {
  const auto directs = [](const Json& value) { return value.find(kPatchDirective) != nullptr; };
  if (directs(root)) return false;
  std::vector<Json*> pending{&root};
  while (!pending.empty()) {
    Json& value = *pending.back();
    pending.pop_back();
    if (Json::Object* members = value.object()) {
      std::erase_if(*members, [&](const Json::Member& member) { return directs(member.value); });
      for (Json::Member& member : *members) pending.push_back(&member.value);
    } else if (Json::Array* elements = value.array()) {
      std::erase_if(*elements, directs);
      for (Json& element : *elements) pending.push_back(&element);
    }
  }
  return true;
}

PatchResult<StrategicPatch> StrategicPatch::parse(std::string_view text) {
  auto changes = Json::parse(text);
  if (!changes) return refuse_patch(Kind::Malformed, changes.error().message);
  if (changes->is_null()) return StrategicPatch(Json(Json::Object()));
  const auto refused = [](std::string what, std::string_view type) {
    return refuse_patch(Kind::Malformed, "json: cannot unmarshal " + std::move(what) +
                                             " into Go value of type " + std::string(type));
  };
  if (!changes->object()) {
    return refused(std::string(changes->type_name()), "map[string]interface {}");
  }
  StrategicPatch patch(*std::move(changes));
  std::string too_large;
  for_each_float(patch.changes_, [&](const Json& number, double value) {
    patch.floats_ = Floats::Some;
    if (!std::isfinite(value)) too_large = number.number()->text;
  });
  if (!too_large.empty()) return refused("number " + too_large, "float64");
  return patch;
}

PatchResult<Json> StrategicPatch::apply(const Type& type, Json object) const {
  auto merged = merge_objects(std::move(object), changes_, PatchSchema(type));
  // Only now, since 80.0 and 80 are two merge keys to Go.
  if (merged && floats_ == Floats::Some) {
    for_each_float(*merged, [](Json& number, double value) {
      number = Json(Json::Number{json_float(value)});
    });
  }
  return merged;
}

std::string StrategicPatch::shown() const { return go_text(changes_); }

}  // namespace kaudit::apiserver::objects::patch
