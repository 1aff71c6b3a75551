#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "audit/search/event_view.hpp"

namespace kaudit::cli {

/// One thing that somebody did, as RBAC sees it.
struct AccessRequest {
  std::string ns;  ///< "": in the cluster, or in all namespaces
  std::string group;
  std::string resource;  ///< with its subresource, `pods/exec`; "" for a path
  std::string name;      ///< "" for all, and on create
  std::string path;      ///< of a request without a resource
  std::string verb;

  friend auto operator<=>(const AccessRequest&, const AccessRequest&) = default;
};

/// A rule of a role. (rbac.authorization.k8s.io/v1 PolicyRule)
struct AccessRule {
  std::vector<std::string> groups;
  std::vector<std::string> resources;
  std::vector<std::string> names;
  std::vector<std::string> paths;
  std::vector<std::string> verbs;

  friend bool operator==(const AccessRule&, const AccessRule&) = default;
};

/// A Role of a namespace, or for "" a ClusterRole.
struct AccessRole {
  std::string ns;
  std::vector<AccessRule> rules;
};

/// How exactly roles follow what was done.
enum class RoleFit : std::uint8_t {
  Wider,  ///< as audit2rbac: more than one name becomes all names, more than one namespace all
  Exact,
};

/// What the event's request needs of RBAC. Nothing for what every user may do (discovery), and for
/// what is not a request of anybody.
std::optional<AccessRequest> access_of(audit::search::EventView& event);

/// The least roles that allow it all. (github.com/liggitt/audit2rbac) Reading verbs come together,
/// update and patch come together and with get.
std::vector<AccessRole> least_roles(const std::set<AccessRequest>& requests, RoleFit fit);

}  // namespace kaudit::cli
