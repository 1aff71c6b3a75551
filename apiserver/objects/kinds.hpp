#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace kaudit::apiserver::objects {

/// Where a resource's objects live: under a namespace, or beside the namespaces.
enum class Scope : std::uint8_t { Cluster, Namespaced };

/// What a name of this resource must look like (apimachinery pkg/api/validation,
/// pkg/util/validation).
enum class NameRule : std::uint8_t { DnsSubdomain, DnsLabel, Dns1035Label, PathSegment };

/// Whether metadata.generation counts the changes of an object's spec.
enum class Generation : std::uint8_t { None, Counted };

/// What a DELETE that is done answers: a Status, or the object as it last was.
enum class DeleteAnswer : std::uint8_t { Status, Object };

/// Whether a resource is in the table, or a CustomResourceDefinition defines it.
enum class Origin : std::uint8_t { BuiltIn, Custom };

/// What follows an object's name in the URL: `status`, `log`, `scale` …
struct Subresource {
  std::string_view name;
  std::string_view group;  ///< of its kind; as the resource's own where the table is silent
  std::string_view version;
  std::string_view kind;
  std::span<const std::string_view> verbs;
};

/// One served resource of one group version: a line of kinds.json, or one that is defined while the
/// server runs. Everything points into storage that lives as long as the process.
struct Resource {
  std::string_view group;  ///< "" is core
  std::string_view version;
  std::string_view kind;
  std::string_view name;  ///< plural, lower case
  std::string_view singular;
  std::string_view list_kind;  ///< "" when it cannot be listed
  Scope scope;
  NameRule name_rule;
  Generation generation;
  DeleteAnswer delete_answer;
  std::span<const std::string_view> short_names;
  std::span<const std::string_view> categories;
  std::span<const std::string_view> verbs;
  std::span<const Subresource> subresources;

  bool namespaced() const noexcept { return scope == Scope::Namespaced; }
  /// `apps/v1`, or `v1` for core: the apiVersion of its objects.
  std::string_view api_version;
  /// `deployments.apps`, or `pods` for core: the resource as errors name it.
  std::string_view qualified_name;
  Origin origin = Origin::BuiltIn;

  bool is_custom() const noexcept { return origin == Origin::Custom; }

  bool allows(std::string_view verb) const noexcept;
  /// null when there is none of that name.
  const Subresource* subresource(std::string_view subresource_name) const noexcept;
};

/// All resources of the table, in the order of discovery: groups by priority, then resources by
/// name.
std::span<const Resource> all_resources() noexcept;

/// null when there is no such resource.
const Resource* find_resource(std::string_view group, std::string_view version,
                              std::string_view name) noexcept;
/// The resource whose objects are of this kind; null when there is none.
const Resource* find_kind(std::string_view api_version, std::string_view kind) noexcept;
/// True when any version of that group is served.
bool group_exists(std::string_view group) noexcept;

}  // namespace kaudit::apiserver::objects
