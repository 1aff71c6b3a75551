#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/types/types.hpp"

namespace kaudit::apiserver::objects::openapi {

/// Swagger 2.0 and OpenAPI 3.0 say some things differently.
enum class Dialect : std::uint8_t { V2, V3 };

/// Kubernetes' `x-kubernetes-group-version-kind`: group, version, kind.
objects::Json group_version_kind(std::string_view group, std::string_view version,
                                 std::string_view kind);

/// The schemas of a document: of the types that were asked for, and of all that those refer to.
/// (kube-openapi pkg/builder; the extensions x-kubernetes-* are those that kubectl and
/// schema-reading clients know) Not thread-safe.
class SchemaSet {
 public:
  explicit SchemaSet(Dialect dialect) : dialect_(dialect) {}

  /// A reference to a type's schema, which will be in the set.
  objects::Json reference(const objects::Type& type);
  /// Puts a schema into the set, and refers to it.
  objects::Json add(const std::string& name, objects::Json schema);
  /// Likewise to one of meta/v1 that has no members to speak of: `Patch`, `WatchEvent` …
  objects::Json reference_to_any(const std::string& name);

  /// All schemas by name, in the order of their names.
  objects::Json finish();

 private:
  objects::Json named(const std::string& name) const;
  objects::Json value(const objects::Type& type);
  objects::Json scalar(const objects::Type& type);
  objects::Json property(const objects::Member& member);
  objects::Json struct_schema(const objects::Type& type);

  const Dialect dialect_;
  std::map<std::string, objects::Json> schemas_;
  std::deque<const objects::Type*> wanted_;  ///< their entries in schemas_ are still empty
};

}  // namespace kaudit::apiserver::objects::openapi
