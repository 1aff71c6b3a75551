#include "apiserver/objects/validate/rules.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "apiserver/objects/validate/kinds_rules.hpp"
#include "apiserver/objects/versions/versions.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

using Check = void (*)(const Json& object, Findings& findings);
using CheckChange = void (*)(const Json& before, const Json& after, Findings& findings);

/// How a change is judged: the object it makes by the rules for all objects, before or after what
/// may not change; or only what may not change.
enum class OnChange : std::uint8_t { ObjectFirst, ChangeFirst, ChangeAlone };

/// The rules of one kind.
struct Rules {
  std::string_view resource;
  Check object;                  ///< always
  Check create = nullptr;        ///< when it is made
  CheckChange change = nullptr;  ///< when it is changed
  OnChange order = OnChange::ObjectFirst;
};

constexpr auto kRules = std::to_array<Rules>({
    {"configmaps", check_config_map, nullptr, check_config_map_change, OnChange::ChangeFirst},
    {"limitranges", check_limit_range},
    {"persistentvolumeclaims", check_volume_claim, nullptr, check_volume_claim_change},
    {"pods", check_pod, check_pod_create, check_pod_change},
    {"replicationcontrollers", check_replication_controller},
    {"resourcequotas", check_resource_quota, nullptr, check_resource_quota_change},
    {"secrets", check_secret, nullptr, check_secret_change, OnChange::ChangeFirst},
    {"services", check_service, nullptr, check_service_change, OnChange::ChangeFirst},
    {"daemonsets.apps", check_daemon_set, nullptr, check_selector_change, OnChange::ChangeFirst},
    {"deployments.apps", check_deployment, nullptr, check_selector_change},
    {"replicasets.apps", check_replica_set, nullptr, check_selector_change},
    {"statefulsets.apps", check_stateful_set, nullptr, check_stateful_set_change},
    {"mutatingwebhookconfigurations.admissionregistration.k8s.io", check_webhook_configuration},
    {"validatingwebhookconfigurations.admissionregistration.k8s.io", check_webhook_configuration},
    {"horizontalpodautoscalers.autoscaling", check_autoscaler},
    {"cronjobs.batch", check_cron_job, check_cron_job_create},
    {"jobs.batch", check_job, nullptr, check_job_change},
    {"certificatesigningrequests.certificates.k8s.io", check_certificate_request, nullptr,
     check_certificate_request_change},
    {"ingresses.networking.k8s.io", check_ingress},
    {"networkpolicies.networking.k8s.io", check_network_policy},
    {"poddisruptionbudgets.policy", check_disruption_budget},
    {"clusterrolebindings.rbac.authorization.k8s.io", check_cluster_role_binding, nullptr,
     check_role_ref_change},
    {"clusterroles.rbac.authorization.k8s.io", check_cluster_role},
    {"rolebindings.rbac.authorization.k8s.io", check_role_binding, nullptr, check_role_ref_change},
    {"roles.rbac.authorization.k8s.io", check_role},
    {"priorityclasses.scheduling.k8s.io", check_priority_class, nullptr,
     check_priority_class_change, OnChange::ChangeAlone},
    {"storageclasses.storage.k8s.io", check_storage_class, nullptr, check_storage_class_change,
     OnChange::ChangeAlone},
});

/// What holds for a write below an object.
struct PartRules {
  std::string_view resource;
  std::string_view subresource;
  Check object;
  CheckChange change;
};

constexpr auto kPartRules = std::to_array<PartRules>({
    {"pods", "ephemeralcontainers", check_pod, check_ephemeral_containers_change},
    {"pods", "resize", check_pod, check_resize},
    {"certificatesigningrequests.certificates.k8s.io", "approval", nullptr, check_approval},
    {"certificatesigningrequests.certificates.k8s.io", "status", nullptr, check_issued_certificate},
});

const Rules* rules_of(const Resource& resource) noexcept {
  const auto* const found = std::find_if(
      kRules.begin(), kRules.end(),
      [&resource](const Rules& rules) { return rules.resource == resource.qualified_name; });
  return found == kRules.end() ? nullptr : found;
}

const PartRules* rules_of(const Resource& resource, std::string_view subresource) noexcept {
  for (const PartRules& rules : kPartRules) {
    if (rules.resource == resource.qualified_name && rules.subresource == subresource) {
      return &rules;
    }
  }
  return nullptr;
}

// The rules are written for the version in which a kind is stored.
class InStoredVersion {
 public:
  InStoredVersion(const Resource& resource, const Json& object) : object_(object) {
    const Resource& stored = stored_as(resource);
    if (&stored != &resource) converted_ = in_version(object, stored);
  }
  const Json& get() const noexcept { return converted_.is_null() ? object_ : converted_; }

 private:
  const Json& object_;
  Json converted_;
};

}  // namespace

std::vector<FieldError> errors_of_new(const Resource& resource, const Json& object) {
  const Rules* rules = rules_of(resource);
  if (rules == nullptr) return {};
  const InStoredVersion stored(resource, object);
  Findings findings;
  rules->object(stored.get(), findings);
  if (rules->create != nullptr) rules->create(stored.get(), findings);
  return std::move(findings).take();
}

std::vector<FieldError> errors_of_change(const Resource& resource, std::string_view subresource,
                                         const Json& before, const Json& after) {
  Findings findings;
  // What is scaled is the object itself.
  if (subresource.empty() || subresource == "scale") {
    const Rules* rules = rules_of(resource);
    if (rules == nullptr) return {};
    const InStoredVersion old(resource, before);
    const InStoredVersion stored(resource, after);
    const auto change = [&] {
      if (rules->change != nullptr) rules->change(old.get(), stored.get(), findings);
    };
    if (rules->order != OnChange::ObjectFirst) change();
    if (rules->order != OnChange::ChangeAlone) rules->object(stored.get(), findings);
    if (rules->order == OnChange::ObjectFirst) change();
  } else if (const PartRules* rules = rules_of(resource, subresource)) {
    if (rules->object != nullptr) rules->object(after, findings);
    rules->change(before, after, findings);
  }
  return std::move(findings).take();
}

}  // namespace kaudit::apiserver::objects::validate
