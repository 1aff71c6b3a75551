#include "apiserver/api/write/update_rules.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "apiserver/api/status_errors.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

constexpr std::string_view kStale =
    "the object has been modified; please apply your changes to the latest version and try again";

constexpr std::array<std::string_view, 8> kCreatedByUpdate{
    "clusterrolebindings.rbac.authorization.k8s.io",
    "clusterroles.rbac.authorization.k8s.io",
    "endpoints",
    "events",
    "leases.coordination.k8s.io",
    "limitranges",
    "rolebindings.rbac.authorization.k8s.io",
    "roles.rbac.authorization.k8s.io",
};

// Single kinds; of the groups below all.
constexpr std::array<std::string_view, 9> kNeedVersion{
    "csidrivers.storage.k8s.io",           "csinodes.storage.k8s.io",
    "csistoragecapacities.storage.k8s.io", "customresourcedefinitions.apiextensions.k8s.io",
    "leases.coordination.k8s.io",          "poddisruptionbudgets.policy",
    "runtimeclasses.node.k8s.io",          "serviceaccounts",
    "volumeattachments.storage.k8s.io",
};
constexpr std::array<std::string_view, 3> kGroupsNeedVersion{
    "admissionregistration.k8s.io", "apiregistration.k8s.io", "flowcontrol.apiserver.k8s.io"};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name) noexcept {
  return std::find(names.begin(), names.end(), name) != names.end();
}

audit::Status no_version(const Call& call) {
  // This error names the resource where others have the kind.
  return invalid(call.resource.group, call.resource.name, call.name,
                 {{"FieldValueInvalid", "metadata.resourceVersion",
                   "Invalid value: 0: must be specified for an update"}});
}

}  // namespace

bool created_by_update(const Call& call) noexcept {
  return call.subresource == nullptr && among(kCreatedByUpdate, call.resource.qualified_name);
}

bool needs_version(const objects::Resource& resource) noexcept {
  return among(kNeedVersion, resource.qualified_name) || among(kGroupsNeedVersion, resource.group);
}

audit::Status uid_conflict(const Call& call, const Json& wanted, std::string_view stored) {
  std::string key = "/registry/" + std::string(call.resource.name) + "/";
  if (!call.ns.empty()) key += call.ns + "/";
  return conflict(
      call.resource, call.name,
      "StorageError: invalid object, Code: 4, Key: " + key + call.name +
          ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: " +
          std::string(wanted.find("metadata")->text("uid")) +
          ", UID in object meta: " + std::string(stored));
}

Expected<void> check_update_version(const Call& call, const Json& current, const Json& wanted) {
  const Json& now = *current.find("metadata");
  const Json& then = *wanted.find("metadata");
  const std::string_view uid = then.text("uid");
  if (!uid.empty() && uid != now.text("uid")) {
    return tl::unexpected(uid_conflict(call, wanted, now.text("uid")));
  }
  const std::string_view version = then.text("resourceVersion");
  if (version.empty() || version == "0") {
    if (needs_version(call.resource)) return tl::unexpected(no_version(call));
  } else if (version != now.text("resourceVersion")) {
    return tl::unexpected(conflict(call.resource, call.name, kStale));
  }
  return {};
}

}  // namespace kaudit::apiserver::api
