#include "apiserver/custom/rules/version_rules.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "apiserver/custom/rules/props.hpp"
#include "apiserver/custom/rules/version_part_rules.hpp"
#include "apiserver/custom/rules/version_schema_rules.hpp"
#include "apiserver/objects/validate/words/name_rules.hpp"
#include "base/text/list.hpp"
#include "base/text/unicode.hpp"

namespace kaudit::apiserver::custom {
namespace {

using objects::Json;

/// Parts of versions that stand in the spec where all versions have the same.
bool is_shared(const Json& spec, std::string_view part) {
  const auto versions = list_of(spec, "versions");
  if (versions.empty()) return false;
  const Json* const first = versions.front().find(part);
  return std::ranges::all_of(versions, [&](const Json& version) {
    const Json* const own = version.find(part);
    return own == nullptr || first == nullptr ? own == first : *own == *first;
  });
}

bool has_status(const Json& version) {
  const Json* const parts = version.find("subresources");
  return parts != nullptr && parts->find("status") != nullptr;
}

void check_deprecation(const Json& version, const Place& place, ErrorList& errors) {
  const Json* const given = version.find("deprecationWarning");
  if (given == nullptr || given->string() == nullptr) return;
  const std::string_view text = *given->string();
  const Place own = place.child("deprecationWarning");
  if (!is_true(version, "deprecated")) {
    errors.invalid(own, *given, "can only be set for deprecated versions");
    return;
  }
  if (text.size() > 256) errors.invalid(own, *given, "must be <= 256 characters long");
  if (text.empty()) errors.invalid(own, *given, "must not be an empty string");
  std::size_t at = 0;
  while (at < text.size()) {
    const Rune rune = decode_rune(std::string_view(text).substr(at));
    if (!is_printable(rune.code_point)) {
      errors.invalid(own, *given,
                     "must only contain printable UTF-8 characters; non-printable character found "
                     "at index " +
                         std::to_string(at));
      return;
    }
    at += rune.size;
  }
}

// A version as a real server's error shows it, with what stands in the spec instead left out.
Json shown_versions(const Json& spec) {
  Json::Array shown;
  for (const Json& version : list_of(spec, "versions")) {
    Json each{Json::Object()};
    each.set("Name", Json(text_of(version, "name")));
    each.set("Served", Json(is_true(version, "served")));
    each.set("Storage", Json(is_true(version, "storage")));
    each.set("Deprecated", Json(is_true(version, "deprecated")));
    const Json* const warning = version.find("deprecationWarning");
    each.set("DeprecationWarning", warning != nullptr ? *warning : Json());
    const auto part = [&](std::string_view name, std::string_view own) {
      const Json* const value = is_shared(spec, own) ? nullptr : version.find(own);
      each.set(name, value != nullptr ? *value : Json());
    };
    part("Schema", "schema");
    part("Subresources", "subresources");
    part("AdditionalPrinterColumns", "additionalPrinterColumns");
    part("SelectableFields", "selectableFields");
    shown.push_back(std::move(each));
  }
  return Json(std::move(shown));
}

}  // namespace

void check_versions(const Json& spec, ErrorList& errors) {
  const Place versions("spec.versions");
  const auto list = list_of(spec, "versions");
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (schema_of_version(list[i]) != nullptr) continue;
    errors.required(versions.index(i).child("schema").child("openAPIV3Schema"));
  }
  std::size_t storage = 0;
  std::set<std::string, std::less<>> names;
  bool unique = true;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Json& version = list[i];
    const Place place = versions.index(i);
    if (is_true(version, "storage")) ++storage;
    const std::string_view name = text_of(version, "name");
    unique = names.emplace(name).second && unique;
    const auto faults = objects::validate::name_errors(objects::NameRule::Dns1035Label, name);
    if (!faults.empty()) errors.invalid(place.child("name"), Json(name), joined(faults, ","));
    check_deprecation(version, place, errors);
    if (!is_shared(spec, "schema")) {
      check_version_schema(version, has_status(version), place.child("schema"), errors);
    }
    if (!is_shared(spec, "subresources")) {
      check_subresources(version, place.child("subresources"), errors);
    }
    if (!is_shared(spec, "additionalPrinterColumns")) {
      check_columns(version, place.child("additionalPrinterColumns"), errors);
    }
    if (!is_shared(spec, "selectableFields")) {
      check_selectable(version, place.child("selectableFields"), errors);
    }
  }
  if (!list.empty()) {
    // The first one has its name in the spec as well.
    const std::string_view first = text_of(list.front(), "name");
    const auto faults = objects::validate::name_errors(objects::NameRule::Dns1035Label, first);
    if (!first.empty() && !faults.empty()) {
      errors.invalid(Place("spec.version"), Json(first), joined(faults, ","));
    }
  }
  if (!unique) {
    errors.invalid(versions, shown_versions(spec), "must contain unique version names");
  }
  if (storage != 1) {
    errors.invalid(versions, shown_versions(spec),
                   "must have exactly one version marked as storage version");
  }
}

void check_shared_parts(const Json& spec, ErrorList& errors) {
  const auto list = list_of(spec, "versions");
  if (list.empty()) return;
  const Json& first = list.front();
  const Place place("spec");
  if (is_shared(spec, "schema")) {
    const bool any_status = std::ranges::any_of(list, has_status);
    check_version_schema(first, any_status, place.child("validation"), errors);
  }
  if (is_shared(spec, "subresources")) {
    check_subresources(first, place.child("subresources"), errors);
  }
  if (is_shared(spec, "additionalPrinterColumns")) {
    check_columns(first, place.child("additionalPrinterColumns"), errors);
  }
  if (is_shared(spec, "selectableFields")) {
    check_selectable(first, place.child("selectableFields"), errors);
  }
}

}  // namespace kaudit::apiserver::custom
