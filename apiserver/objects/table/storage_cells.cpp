#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/objects/table/cell_functions.hpp"
#include "apiserver/objects/table/cell_text.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::objects::table::cells {
namespace {

std::string modes_text(const std::vector<std::string>& modes) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 4> kShort{
      {{"ReadWriteOnce", "RWO"},
       {"ReadOnlyMany", "ROX"},
       {"ReadWriteMany", "RWX"},
       {"ReadWriteOncePod", "RWOP"}}};
  std::vector<std::string> texts;
  for (const auto& [mode, text] : kShort) {
    if (std::ranges::find(modes, mode) != modes.end()) texts.emplace_back(text);
  }
  return joined(texts, ",");
}

bool is_bound(const Json& claim) { return !text_at(claim, ".spec.volumeName").empty(); }

}  // namespace

Json access_modes(const Row& row) {
  return Json(modes_text(texts_at(row.object, ".spec.accessModes")));
}

Json phase_or_terminating(const Row& row) {
  return Json(has(row.object, ".metadata.deletionTimestamp")
                  ? "Terminating"
                  : text_at(row.object, ".status.phase"));
}

Json pv_claim(const Row& row) {
  const Json* claim = at(row.object, ".spec.claimRef");
  if (claim == nullptr || claim->is_null()) return Json("");
  return Json(std::string(claim->text("namespace")).append("/").append(claim->text("name")));
}

Json storage_class(const Row& row) {
  const Json* annotations = at(row.object, ".metadata.annotations");
  const Json* old_form =
      annotations ? annotations->find("volume.beta.kubernetes.io/storage-class") : nullptr;
  if (old_form != nullptr && old_form->string()) return *old_form;
  return Json(text_at(row.object, ".spec.storageClassName"));
}

/// A class that is used where none is named says so.
Json class_name(const Row& row) {
  std::string name = text_at(row.object, ".metadata.name");
  const Json* annotations = at(row.object, ".metadata.annotations");
  const auto is_true = [&](const char* key) {
    return annotations != nullptr && annotations->text(key) == "true";
  };
  if (is_true("storageclass.kubernetes.io/is-default-class") ||
      is_true("storageclass.beta.kubernetes.io/is-default-class")) {
    name += " (default)";
  }
  return Json(name);
}

Json pvc_capacity(const Row& row) {
  return Json(is_bound(row.object) ? text_or_zero(at(row.object, ".status.capacity.storage")) : "");
}

Json pvc_access_modes(const Row& row) {
  return Json(is_bound(row.object) ? modes_text(texts_at(row.object, ".status.accessModes")) : "");
}

Json allow_expansion(const Row& row) {
  const Json* allowed = at(row.object, ".allowVolumeExpansion");
  return Json(allowed != nullptr && allowed->boolean() && *allowed->boolean());
}

Json claim_state(const Row& row) {
  std::vector<std::string> states;
  if (has(row.object, ".metadata.deletionTimestamp")) states.emplace_back("deleted");
  states.emplace_back(has(row.object, ".status.allocation") ? "allocated" : "pending");
  if (count(at(row.object, ".status.reservedFor")) > 0) states.emplace_back("reserved");
  return Json(joined(states, ","));
}

Json migrated_resource(const Row& row) {
  const Json* resource = at(row.object, ".spec.resource");
  if (resource == nullptr) return Json("");
  std::vector<std::string> parts;
  for (const char* member : {"resource", "version", "group"}) {
    if (!resource->text(member).empty()) parts.emplace_back(resource->text(member));
  }
  return Json(joined(parts, "."));
}

}  // namespace kaudit::apiserver::objects::table::cells
