#pragma once

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/validate/words/findings.hpp"

/// The rules of each kind, as the table in validate.cpp names them. `check_KIND` is for an object
/// as it is to be, `check_KIND_change` for what it may not become; metadata has its own rules.
namespace kaudit::apiserver::objects::validate {

// pods.cpp
void check_pod(const Json& pod, Findings& findings);
void check_pod_create(const Json& pod, Findings& findings);
void check_pod_change(const Json& before, const Json& after, Findings& findings);
void check_ephemeral_containers_change(const Json& before, const Json& after, Findings& findings);
void check_resize(const Json& before, const Json& after, Findings& findings);

// workloads.cpp
void check_deployment(const Json& deployment, Findings& findings);
void check_replica_set(const Json& replica_set, Findings& findings);
void check_replication_controller(const Json& controller, Findings& findings);
void check_daemon_set(const Json& daemon_set, Findings& findings);
void check_stateful_set(const Json& stateful_set, Findings& findings);
void check_stateful_set_change(const Json& before, const Json& after, Findings& findings);
/// Of what has a selector that must stay.
void check_selector_change(const Json& before, const Json& after, Findings& findings);

// jobs.cpp
void check_job(const Json& job, Findings& findings);
void check_job_change(const Json& before, const Json& after, Findings& findings);
void check_cron_job(const Json& cron_job, Findings& findings);
void check_cron_job_create(const Json& cron_job, Findings& findings);

// services.cpp
void check_service(const Json& service, Findings& findings);
void check_service_change(const Json& before, const Json& after, Findings& findings);

// config_data.cpp
void check_config_map(const Json& config_map, Findings& findings);
void check_config_map_change(const Json& before, const Json& after, Findings& findings);
void check_secret(const Json& secret, Findings& findings);
void check_secret_change(const Json& before, const Json& after, Findings& findings);

// storage_kinds.cpp
void check_volume_claim(const Json& claim, Findings& findings);
void check_volume_claim_change(const Json& before, const Json& after, Findings& findings);
/// Of a claim or of the template of one.
void check_volume_claim_spec(const FieldPath& path, const Json* spec, Findings& findings);
void check_storage_class(const Json& storage_class, Findings& findings);
void check_storage_class_change(const Json& before, const Json& after, Findings& findings);

// networks.cpp
void check_ingress(const Json& ingress, Findings& findings);
void check_network_policy(const Json& policy, Findings& findings);

// access_kinds.cpp
void check_role(const Json& role, Findings& findings);
void check_cluster_role(const Json& role, Findings& findings);
void check_role_binding(const Json& binding, Findings& findings);
void check_cluster_role_binding(const Json& binding, Findings& findings);
void check_role_ref_change(const Json& before, const Json& after, Findings& findings);

// limits.cpp
void check_disruption_budget(const Json& budget, Findings& findings);
void check_priority_class(const Json& priority_class, Findings& findings);
void check_priority_class_change(const Json& before, const Json& after, Findings& findings);
void check_limit_range(const Json& limit_range, Findings& findings);
void check_resource_quota(const Json& quota, Findings& findings);
void check_resource_quota_change(const Json& before, const Json& after, Findings& findings);
void check_autoscaler(const Json& autoscaler, Findings& findings);

// webhook_kinds.cpp
/// A MutatingWebhookConfiguration or a ValidatingWebhookConfiguration.
void check_webhook_configuration(const Json& configuration, Findings& findings);

// certificates.cpp
void check_certificate_request(const Json& request, Findings& findings);
void check_certificate_request_change(const Json& before, const Json& after, Findings& findings);
void check_approval(const Json& before, const Json& after, Findings& findings);
void check_issued_certificate(const Json& before, const Json& after, Findings& findings);

}  // namespace kaudit::apiserver::objects::validate
