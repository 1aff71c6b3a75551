#include "apiserver/objects/validate/warnings/kind_warnings.hpp"

#include <algorithm>
#include <array>

#include "apiserver/objects/validate/warnings/kinds_warnings.hpp"
#include "apiserver/objects/validate/warnings/workload_warnings.hpp"
#include "apiserver/objects/validate/words/members.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

using Warn = void (*)(const Json& object, WarningList& warnings);
using WarnOfChange = void (*)(const Json& before, const Json& after, WarningList& warnings);

constexpr std::string_view kMountableSecrets = "kubernetes.io/enforce-mountable-secrets";

void warn_of_new_service_account(const Json& account, WarningList& warnings) {
  if (!has_annotation(account, kMountableSecrets)) return;
  warnings.add("metadata.annotations[" + std::string(kMountableSecrets) +
               "]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted "
               "secrets");
}

void warn_of_service_account_change(const Json& before, const Json& after, WarningList& warnings) {
  if (!has_annotation(before, kMountableSecrets)) warn_of_new_service_account(after, warnings);
}

void warn_of_csi_driver_change(const Json& before, const Json& after, WarningList& warnings) {
  const auto requests = [](const Json& driver) {
    return member(&driver, {"spec", "tokenRequests"});
  };
  if (!same(requests(before), requests(after))) warn_of_new_csi_driver(after, warnings);
}

/// What looks at the new object alone.
template <Warn kWarn>
void of_after(const Json& /*before*/, const Json& after, WarningList& warnings) {
  kWarn(after, warnings);
}

struct KindRow {
  std::string_view resource;
  Warn create;
  WarnOfChange change;
};

// Pods that change are left alone: they do so often, and rarely by people.
constexpr auto kKindRows = std::to_array<KindRow>({
    {"endpoints", warn_of_endpoints, of_after<warn_of_endpoints>},
    {"nodes", warn_of_node, of_after<warn_of_node>},
    {"persistentvolumeclaims", warn_of_claim, of_after<warn_of_claim>},
    {"persistentvolumes", warn_of_persistent_volume, of_after<warn_of_persistent_volume>},
    {"pods", warn_of_new_pod, nullptr},
    {"podtemplates", warn_of_new_pod_template, warn_of_pod_template_change},
    {"replicationcontrollers", warn_of_new_workload, warn_of_replication_controller_change},
    {"resourcequotas", warn_of_new_quota, nullptr},
    {"secrets", warn_of_secret, of_after<warn_of_secret>},
    {"serviceaccounts", warn_of_new_service_account, warn_of_service_account_change},
    {"services", warn_of_service, of_after<warn_of_service>},
    {"mutatingadmissionpolicies.admissionregistration.k8s.io", nullptr,
     of_after<warn_of_reserved_name>},
    {"mutatingadmissionpolicybindings.admissionregistration.k8s.io", nullptr,
     of_after<warn_of_reserved_name>},
    {"mutatingwebhookconfigurations.admissionregistration.k8s.io", nullptr,
     of_after<warn_of_reserved_name>},
    {"validatingadmissionpolicies.admissionregistration.k8s.io", nullptr,
     of_after<warn_of_reserved_name>},
    {"validatingadmissionpolicybindings.admissionregistration.k8s.io", nullptr,
     of_after<warn_of_reserved_name>},
    {"validatingwebhookconfigurations.admissionregistration.k8s.io", nullptr,
     of_after<warn_of_reserved_name>},
    {"daemonsets.apps", warn_of_new_daemon_set, warn_of_daemon_set_change},
    {"deployments.apps", warn_of_new_workload, warn_of_deployment_change},
    {"replicasets.apps", warn_of_new_workload, warn_of_workload_change},
    {"statefulsets.apps", warn_of_new_stateful_set, warn_of_stateful_set_change},
    {"cronjobs.batch", warn_of_new_cron_job, warn_of_cron_job_change},
    {"jobs.batch", warn_of_new_job, warn_of_job_change},
    {"endpointslices.discovery.k8s.io", warn_of_new_endpoint_slice,
     of_after<warn_of_endpoint_slice>},
    {"ingresses.networking.k8s.io", warn_of_new_ingress, nullptr},
    {"networkpolicies.networking.k8s.io", warn_of_network_policy, of_after<warn_of_network_policy>},
    {"runtimeclasses.node.k8s.io", warn_of_runtime_class, of_after<warn_of_runtime_class>},
    {"resourceslices.resource.k8s.io", warn_of_resource_slice, of_after<warn_of_resource_slice>},
    {"csidrivers.storage.k8s.io", warn_of_new_csi_driver, warn_of_csi_driver_change},
    {"csistoragecapacities.storage.k8s.io", warn_of_storage_capacity,
     of_after<warn_of_storage_capacity>},
    {"storageclasses.storage.k8s.io", warn_of_storage_class, of_after<warn_of_storage_class>},
});

struct StatusRow {
  std::string_view resource;
  Warn warn;
};
constexpr auto kStatusRows = std::to_array<StatusRow>({
    {"pods", warn_of_pod_addresses},
    {"services", warn_of_load_balancer},
    {"ingresses.networking.k8s.io", warn_of_load_balancer},
});

template <typename Rows>
auto row_of(const Rows& rows, const Resource& resource) noexcept -> decltype(rows.data()) {
  const auto* const found = std::find_if(rows.begin(), rows.end(), [&resource](const auto& row) {
    return row.resource == resource.qualified_name;
  });
  return found == rows.end() ? nullptr : found;
}

}  // namespace

std::vector<std::string> warnings_of_new(const Resource& resource, const Json& object) {
  WarningList warnings;
  const KindRow* const row = row_of(kKindRows, resource);
  if (row != nullptr && row->create != nullptr) row->create(object, warnings);
  return std::move(warnings).take();
}

std::vector<std::string> warnings_of_change(const Resource& resource, std::string_view subresource,
                                            const Json& before, const Json& after) {
  WarningList warnings;
  if (subresource.empty()) {
    const KindRow* const row = row_of(kKindRows, resource);
    if (row != nullptr && row->change != nullptr) row->change(before, after, warnings);
  } else if (subresource == "status") {
    if (const StatusRow* row = row_of(kStatusRows, resource)) row->warn(after, warnings);
  }
  return std::move(warnings).take();
}

}  // namespace kaudit::apiserver::objects::validate
