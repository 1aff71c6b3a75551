#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kaudit::policy::lint {

enum class Scope : std::uint8_t { Namespaced, Cluster };

/// A resource that Kubernetes itself has, under every group that serves it.
struct BuiltinResource {
  std::string_view group;
  std::string_view resource;
  std::string_view kind;
  std::string_view singular;
  std::string_view short_names;   ///< separated by one blank
  std::string_view subresources;  ///< likewise
  Scope scope = Scope::Namespaced;

  bool has_subresource(std::string_view name) const noexcept;
  bool is_called(std::string_view name) const noexcept;  ///< kind, singular or short name, any case
};

/// Null when the group has no such resource.
const BuiltinResource* find_builtin(std::string_view group, std::string_view resource) noexcept;
/// All groups' resources of that name.
std::vector<const BuiltinResource*> builtins_named(std::string_view resource);
/// Resources whose kind, singular or short name it is; those of the group come first.
std::vector<const BuiltinResource*> builtins_called(std::string_view name, std::string_view group);
/// The names of a group's resources.
std::vector<std::string_view> resources_of(std::string_view group);
/// The names of a builtin resource's subresources, of all resources when it is "*".
bool is_subresource_in(std::string_view group, std::string_view subresource) noexcept;

/// A group whose resources are all in the table, so that one that is missing does not exist.
bool is_builtin_group(std::string_view group) noexcept;
std::vector<std::string_view> builtin_groups();

/// A group or resource that Kubernetes had and removed.
struct Retired {
  std::string_view group;
  std::string_view resource;  ///< "" is the whole group
  std::string_view since;     ///< the first version without it
  std::string_view instead;   ///< what took its place; "" when nothing did

  std::string text() const;  ///< `is gone since Kubernetes 1.22; in its place: …`
};
/// Null when it was never there, or still is. An empty resource asks for the group.
const Retired* find_retired(std::string_view group, std::string_view resource) noexcept;

}  // namespace kaudit::policy::lint
