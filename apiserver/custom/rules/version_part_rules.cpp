#include "apiserver/custom/rules/version_part_rules.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include "apiserver/custom/rules/props.hpp"
#include "apiserver/custom/rules/version_schema_rules.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::custom {
namespace {

using objects::Json;

constexpr std::size_t kMaxSelectable = 8;

void check_path(std::string_view path, const Place& place, std::string_view prefix,
                std::string_view why, ErrorList& errors) {
  if (path.empty()) {
    errors.required(place);
  } else if (!path.starts_with('.')) {
    errors.invalid(place, Json(path), "must be a simple json path starting with .");
  } else if (!path.starts_with(prefix)) {
    errors.invalid(place, Json(path), why);
  }
}

// The schema at a path of members; null where there is none.
const Json* schema_at(const Json& props, std::string_view path) {
  const Json* schema = &props;
  if (path.starts_with('.')) path.remove_prefix(1);
  for (const std::string_view name : split(path, '.')) {
    const Json* const properties = schema_of(*schema, "properties");
    const Json* next = properties != nullptr ? properties->find(name) : nullptr;
    if (next == nullptr) next = schema_of(*schema, "additionalProperties");
    if (next == nullptr) return nullptr;
    schema = next;
  }
  return schema;
}

}  // namespace

void check_subresources(const Json& version, const Place& place, ErrorList& errors) {
  const Json* const parts = version.find("subresources");
  const Json* const scale = parts != nullptr ? parts->find("scale") : nullptr;
  if (scale == nullptr) return;
  const Place own = place.child("scale");
  check_path(text_of(*scale, "specReplicasPath"), own.child("specReplicasPath"), ".spec.",
             "should be a json path under .spec", errors);
  check_path(text_of(*scale, "statusReplicasPath"), own.child("statusReplicasPath"), ".status.",
             "should be a json path under .status", errors);
  const std::string_view selector = text_of(*scale, "labelSelectorPath");
  if (selector.empty()) return;
  const Place at = own.child("labelSelectorPath");
  const bool below = selector.starts_with(".spec.") || selector.starts_with(".status.");
  if (!selector.starts_with('.')) {
    errors.invalid(at, Json(selector), "must be a simple json path starting with .");
  } else if (!below) {
    errors.invalid(at, Json(selector), "should be a json path under either .spec or .status");
  }
}

void check_columns(const Json& version, const Place& place, ErrorList& errors) {
  constexpr std::string_view kTypes[] = {"boolean", "date", "integer", "number", "string"};
  constexpr std::string_view kFormats[] = {"byte",  "date",  "date-time", "double",
                                           "float", "int32", "int64",     "password"};
  std::size_t i = 0;
  for (const Json& column : list_of(version, "additionalPrinterColumns")) {
    const Place own = place.index(i++);
    if (text_of(column, "name").empty()) errors.required(own.child("name"));
    const std::string_view type = text_of(column, "type");
    const std::string types = "must be one of " + joined(kTypes, ",");
    if (type.empty()) {
      errors.required(own.child("type"), types);
    } else if (std::ranges::find(kTypes, type) == std::end(kTypes)) {
      errors.invalid(own.child("type"), Json(type), types);
    }
    const std::string_view format = text_of(column, "format");
    if (!format.empty() && std::ranges::find(kFormats, format) == std::end(kFormats)) {
      errors.invalid(own.child("format"), Json(format), "must be one of " + joined(kFormats, ","));
    }
    check_path(text_of(column, "jsonPath"), own.child("JSONPath"), ".", "", errors);
  }
}

void check_selectable(const Json& version, const Place& place, ErrorList& errors) {
  const auto fields = list_of(version, "selectableFields");
  if (fields.empty()) return;
  const Json* const props = schema_of_version(version);
  if (props == nullptr) return;  // a schema is required anyway
  std::set<std::string, std::less<>> seen;
  std::size_t i = 0;
  for (const Json& field : fields) {
    const Place own = place.index(i++).child("jsonPath");
    const std::string_view path = text_of(field, "jsonPath");
    if (path.empty()) {
      errors.required(own);
      continue;
    }
    const Json* const schema = schema_at(*props, path);
    if (schema == nullptr) {
      errors.invalid(own, Json(path), "is an invalid path: does not refer to a valid field");
      continue;
    }
    if (path == ".metadata" || path.starts_with(".metadata.")) {
      errors.invalid(own, Json(path), "must not point to fields in metadata");
    }
    const std::string_view type = text_of(*schema, "type");
    if (type != "string" && type != "boolean" && type != "integer") {
      errors.invalid(own, Json(path),
                     "must point to a field of type string, boolean or integer. Enum string fields "
                     "and strings with formats are allowed.");
    }
    if (!seen.emplace(path).second) {
      errors.add(objects::schema::duplicate_value(own.text(), Json(path)));
    }
  }
  if (seen.size() > kMaxSelectable) {
    errors.add(objects::schema::too_many(place.text(), static_cast<std::int64_t>(seen.size()),
                                         kMaxSelectable));
  }
}

}  // namespace kaudit::apiserver::custom
