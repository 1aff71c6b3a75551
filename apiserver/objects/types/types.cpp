#include "apiserver/objects/types/types.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <tuple>

namespace kaudit::apiserver::objects {
namespace {

struct KindRow {
  std::string_view kind;
  std::string_view api_version;
  std::uint16_t type;
};

struct OpenApiPrefix {
  std::string_view head;  // of a type's id
  std::string_view prefix;
};

// kTypes (named ones by id, then scalars, then lists and maps), kKinds and what they point to, made
// from schema.json at build time.
#include "apiserver/objects/types_table.inc"

}  // namespace

const Type* find_type(std::string_view api_version, std::string_view kind) noexcept {
  const auto found =
      std::lower_bound(std::begin(kKinds), std::end(kKinds), std::tie(kind, api_version),
                       [](const KindRow& row, const auto& key) {
                         return std::tie(row.kind, row.api_version) < key;
                       });
  if (found != std::end(kKinds) && found->kind == kind && found->api_version == api_version) {
    return &kTypes[found->type];
  }
  if (kind == "DeleteOptions") return type_by_id("meta.v1.DeleteOptions");
  if (kind == "Status") return type_by_id("meta.v1.Status");
  // The only version that a server takes and nowhere serves; its fields are those of v1.
  if (kind == "Eviction" && api_version == "policy/v1beta1") return find_type("policy/v1", kind);
  return nullptr;
}

const Type* type_by_id(std::string_view id) noexcept {
  const auto named = named_types();
  const auto found =
      std::lower_bound(named.begin(), named.end(), id,
                       [](const Type& type, std::string_view wanted) { return type.id < wanted; });
  if (found != named.end() && found->id == id) return &*found;
  const auto scalars = std::span(kTypes).subspan(kNamedTypes, kScalars);
  const auto scalar =
      std::find_if(scalars.begin(), scalars.end(), [&](const Type& type) { return type.id == id; });
  return scalar == scalars.end() ? nullptr : &*scalar;
}

std::span<const Type> named_types() noexcept { return std::span(kTypes).first(kNamedTypes); }

std::string openapi_name(const Type& type) {
  std::string_view fallback;
  for (const auto& [head, prefix] : kOpenApiPrefixes) {
    if (head.empty()) {
      fallback = prefix;
      continue;
    }
    if (!type.id.starts_with(head)) continue;
    const std::string_view rest = type.id.substr(head.size());
    // A package without versions has types right below: resource.Quantity is of apimachinery, while
    // resource.v1.DeviceClass is of the group resource.k8s.io.
    if (rest.starts_with('.') && rest.find('.', 1) == std::string_view::npos) {
      return std::string(prefix).append(rest);
    }
  }
  return std::string(fallback).append(type.id);
}

}  // namespace kaudit::apiserver::objects
