#include "apiserver/custom/rules/definition_check.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "apiserver/custom/definition_names.hpp"
#include "apiserver/custom/rules/conversion_rules.hpp"
#include "apiserver/custom/rules/error_list.hpp"
#include "apiserver/custom/rules/props.hpp"
#include "apiserver/custom/rules/version_rules.hpp"
#include "apiserver/objects/schema/formats.hpp"
#include "apiserver/objects/schema/schema.hpp"
#include "apiserver/objects/tree/conditions.hpp"
#include "apiserver/objects/validate/words/name_rules.hpp"
#include "base/text/ascii.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::custom {
namespace {

using objects::Json;
using objects::validate::FieldError;
using Errors = std::vector<FieldError>;

const Json& object_or_empty(const Json& parent, std::string_view name) {
  static const Json kEmpty{Json::Object()};
  const Json* found = parent.find(name);
  return found != nullptr && found->object() ? *found : kEmpty;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) { return to_lower(c); });
  return result;
}

std::string label_faults(std::string_view text) {
  return joined(objects::validate::name_errors(objects::NameRule::Dns1035Label, text), ",");
}

// (ValidateCustomResourceDefinitionNames)
void check_names(const Json& names, const Place& place, ErrorList& errors) {
  for (const std::string_view name : {"plural", "singular"}) {
    const std::string_view value = text_of(names, name);
    if (const auto faults = label_faults(value); !value.empty() && !faults.empty()) {
      errors.invalid(place.child(name), Json(value), faults);
    }
  }
  for (const std::string_view name : {"kind", "listKind"}) {
    const std::string_view value = text_of(names, name);
    if (const auto faults = label_faults(lower(value)); !value.empty() && !faults.empty()) {
      errors.invalid(place.child(name), Json(value),
                     "may have mixed case, but should otherwise match: " + faults);
    }
  }
  const auto check_list = [&](std::string_view name) {
    std::size_t i = 0;
    for (const Json& each : list_of(names, name)) {
      const Place own = place.child(name).index(i++);
      const std::string_view value = each.string() ? std::string_view(*each.string()) : "";
      if (const auto faults = label_faults(value); !faults.empty()) {
        errors.invalid(own, each, faults);
      }
    }
  };
  check_list("shortNames");
  const std::string_view kind = text_of(names, "kind");
  if (!kind.empty() && kind == text_of(names, "listKind")) {
    errors.invalid(place.child("listKind"), Json(kind), "kind and listKind may not be the same");
  }
  check_list("categories");
}

void check_group(const Json& spec, ErrorList& errors) {
  const Place place("spec.group");
  const std::string_view group = text_of(spec, "group");
  if (group.empty()) {
    errors.required(place);
    return;
  }
  const auto faults = objects::validate::name_errors(objects::NameRule::DnsSubdomain, group);
  if (!faults.empty()) {
    errors.invalid(place, Json(group), joined(faults, ","));
  } else if (group.find('.') == std::string_view::npos) {
    errors.invalid(place, Json(group), "should be a domain with at least one dot");
  }
}

void check_required_names(const Json& names, ErrorList& errors) {
  for (const std::string_view name : {"plural", "singular", "kind", "listKind"}) {
    if (text_of(names, name).empty()) errors.required(Place("spec.names").child(name));
  }
}

void check_spec(const Json& spec, bool established, ErrorList& errors) {
  check_group(spec, errors);
  const std::string_view scope = text_of(spec, "scope");
  if (scope.empty()) {
    errors.required(Place("spec.scope"));
  } else if (scope != "Cluster" && scope != "Namespaced") {
    errors.unsupported(Place("spec.scope"), scope, {"Cluster", "Namespaced"});
  }
  check_versions(spec, errors);
  const Json& names = object_or_empty(spec, "names");
  check_required_names(names, errors);
  check_names(names, Place("spec.names"), errors);
  check_shared_parts(spec, errors);
  check_conversion(spec, established, errors);
}

// (ValidateCustomResourceDefinitionStoredVersions)
void check_stored_versions(const Json& spec, const Json& status, ErrorList& errors) {
  const Place place("status.storedVersions");
  const auto stored = list_of(status, "storedVersions");
  if (stored.empty()) {
    errors.invalid(place, Json(), "must have at least one stored version");
    return;
  }
  const auto is_stored = [&stored](std::string_view name) {
    return std::ranges::find(stored, Json(name)) != stored.end();
  };
  std::set<std::string, std::less<>> known;
  for (const Json& version : list_of(spec, "versions")) {
    const std::string_view name = text_of(version, "name");
    known.emplace(name);
    if (is_true(version, "storage") && !is_stored(name)) {
      errors.invalid(place, *status.find("storedVersions"),
                     "must have the storage version " + std::string(name));
    }
  }
  std::size_t i = 0;
  for (const Json& each : stored) {
    const Place own = place.index(i++);
    const std::string name = each.string() ? *each.string() : "";
    if (known.contains(name)) continue;
    errors.invalid(own, each,
                   "missing from spec.versions; " + name +
                       " was previously a storage version, and must remain in spec.versions until "
                       "a storage migration ensures no data remains persisted in " +
                       name + " and removes " + name + " from status.storedVersions");
  }
}

// Groups of Kubernetes' own need an approval. (validateAPIApproval)
void check_approval(const Json& definition, const Json* before, ErrorList& errors) {
  const std::string_view group = text_of(object_or_empty(definition, "spec"), "group");
  const bool is_own = group == "k8s.io" || group.ends_with(".k8s.io") || group == "kubernetes.io" ||
                      group.ends_with(".kubernetes.io");
  if (!is_own) return;
  constexpr std::string_view kName = "api-approved.kubernetes.io";
  const auto approval_of = [kName](const Json& object) {
    return text_of(object_or_empty(object_or_empty(object, "metadata"), "annotations"), kName);
  };
  enum class State : std::uint8_t { Missing, Bypassed, Approved, Invalid };
  const auto state_of = [](std::string_view approval) {
    if (approval.empty()) return State::Missing;
    if (approval.starts_with("unapproved")) return State::Bypassed;
    const bool is_url = approval.find("://") != std::string_view::npos &&
                        objects::schema::has_format(approval, "uri");
    return is_url ? State::Approved : State::Invalid;
  };
  const std::string_view approval = approval_of(definition);
  const State state = state_of(approval);
  if (before != nullptr && state_of(approval_of(*before)) == state) return;
  const Place place = Place("metadata.annotations").key(kName);
  const std::string need = "protected groups must have approval annotation " + go_quoted(kName);
  const std::string where = "see https://github.com/kubernetes/enhancements/pull/1111";
  if (state == State::Missing) errors.required(place, need + ", " + where);
  if (state == State::Invalid) {
    errors.invalid(place, Json(approval),
                   need + " with either a URL or a reason starting with \"unapproved\", " + where);
  }
}

void check_kept_fields(const Json& spec, const Json* before, ErrorList& errors) {
  if (before != nullptr && is_true(object_or_empty(*before, "spec"), "preserveUnknownFields")) {
    return;
  }
  if (!is_true(spec, "preserveUnknownFields")) return;
  errors.invalid(Place("spec.preserveUnknownFields"), Json(true),
                 "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
                 "spec.versions[*].schema instead");
}

void check_immutable(const Json& before, const Json& after, std::string_view name,
                     const Place& place, ErrorList& errors) {
  if (text_of(before, name) == text_of(after, name)) return;
  errors.invalid(place.child(name), Json(text_of(after, name)), "field is immutable");
}

// Of the schemas of a definition, each with where it is.
std::vector<std::pair<std::string, const Json*>> schemas_of(const Json& definition) {
  std::vector<std::pair<std::string, const Json*>> schemas;
  std::size_t i = 0;
  for (const Json& version : list_of(object_or_empty(definition, "spec"), "versions")) {
    const std::string place = "spec.versions[" + std::to_string(i++) + "].schema.openAPIV3Schema";
    if (const Json* schema = schema_of(object_or_empty(version, "schema"), "openAPIV3Schema")) {
      schemas.emplace_back(place, schema);
    }
  }
  return schemas;
}

std::vector<std::string> all_warnings(const Json& definition) {
  std::vector<std::string> formats;
  std::set<std::string> sets;
  std::vector<std::string> own;
  for (const auto& [place, schema] : schemas_of(definition)) {
    bool has_rules = false;
    any_schema(*schema, [&](const Json& props) {
      const std::string_view format = text_of(props, "format");
      if (!format.empty() && !objects::schema::is_known_format(text_of(props, "type"), format)) {
        formats.push_back("unrecognized format " + go_quoted(format));
      }
      const Json* const items = schema_of(props, "items");
      const std::string_view type = items != nullptr ? text_of(*items, "type") : "";
      if (text_of(props, "x-kubernetes-list-type") == "set" &&
          (type == "object" || type == "array")) {
        sets.insert("x-kubernetes-list-type: set for items of type " + go_quoted(type) +
                    " is not supported by server-side apply or CEL validation rules");
      }
      has_rules = has_rules || !list_of(props, "x-kubernetes-validations").empty();
      return false;
    });
    if (has_rules) {
      own.push_back(place + ": x-kubernetes-validations are kept, but not enforced by this server");
    }
  }
  std::vector<std::string> all = std::move(formats);
  all.insert(all.end(), sets.begin(), sets.end());
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

}  // namespace

Errors errors_of_new_definition(const Json& definition) {
  ErrorList errors;
  const Json& spec = object_or_empty(definition, "spec");
  const Json& status = object_or_empty(definition, "status");
  const std::string_view name = text_of(object_or_empty(definition, "metadata"), "name");
  const std::string wanted = std::string(text_of(object_or_empty(spec, "names"), "plural")) + "." +
                             std::string(text_of(spec, "group"));
  if (name != wanted) {
    errors.invalid(Place("metadata.name"), Json(name),
                   "must be spec.names.plural+\".\"+spec.group");
  }
  check_spec(spec, false, errors);
  check_names(object_or_empty(status, "acceptedNames"), Place("status.acceptedNames"), errors);
  check_stored_versions(spec, status, errors);
  check_approval(definition, nullptr, errors);
  check_kept_fields(spec, nullptr, errors);
  return errors.take();
}

Errors errors_of_changed_definition(std::string_view part, const Json& before, const Json& after) {
  ErrorList errors;
  const Json& spec = object_or_empty(after, "spec");
  const Json& old_spec = object_or_empty(before, "spec");
  const Json& status = object_or_empty(after, "status");
  if (part == "status") {
    check_names(object_or_empty(status, "acceptedNames"), Place("status.acceptedNames"), errors);
    return errors.take();
  }
  const bool established = objects::condition_is_true(before, "Established");
  check_spec(spec, established, errors);
  const Json& names = object_or_empty(spec, "names");
  const Json& old_names = object_or_empty(old_spec, "names");
  if (established) {
    check_immutable(old_spec, spec, "scope", Place("spec"), errors);
    check_immutable(old_names, names, "kind", Place("spec.names"), errors);
  }
  check_immutable(old_spec, spec, "group", Place("spec"), errors);
  check_immutable(old_names, names, "plural", Place("spec.names"), errors);
  check_names(object_or_empty(status, "acceptedNames"), Place("status.acceptedNames"), errors);
  check_stored_versions(spec, status, errors);
  check_approval(after, &before, errors);
  check_kept_fields(spec, &before, errors);
  return errors.take();
}

std::vector<std::string> warnings_of_definition(const Json* before, const Json& after) {
  std::vector<std::string> warnings = all_warnings(after);
  if (before == nullptr) return warnings;
  const std::vector<std::string> known = all_warnings(*before);
  std::erase_if(warnings, [&known](const std::string& warning) {
    return std::ranges::find(known, warning) != known.end();
  });
  return warnings;
}

}  // namespace kaudit::apiserver::custom
