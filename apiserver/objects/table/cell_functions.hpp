#pragma once

#include "apiserver/objects/table/columns.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::table::cells {

using objects::Json;

// One function a cell, named as columns.json names it. (kubernetes pkg/printers/internalversion)

// Pods (pod_cells.cpp)
Json pod_ready(const Row& row);
Json pod_status(const Row& row);
Json pod_restarts(const Row& row);
Json readiness_gates(const Row& row);

// Workloads (workload_cells.cpp)
Json job_status(const Row& row);
Json job_completions(const Row& row);
Json job_duration(const Row& row);
Json last_schedule(const Row& row);
Json controller_owner(const Row& row);
Json hpa_targets(const Row& row);
Json selector_text(const Row& row);

// Services and their endpoints (network_cells.cpp)
Json service_external_ip(const Row& row);
Json service_ports(const Row& row);
Json endpoints(const Row& row);
Json slice_ports(const Row& row);
Json slice_endpoints(const Row& row);
Json ingress_hosts(const Row& row);
Json ingress_ports(const Row& row);
Json load_balancer(const Row& row);
Json class_parameters(const Row& row);
Json ip_parent(const Row& row);

// Volumes and storage classes (storage_cells.cpp)
Json access_modes(const Row& row);
Json phase_or_terminating(const Row& row);
Json pv_claim(const Row& row);
Json storage_class(const Row& row);
Json class_name(const Row& row);
Json pvc_capacity(const Row& row);
Json pvc_access_modes(const Row& row);
Json allow_expansion(const Row& row);
Json claim_state(const Row& row);
Json migrated_resource(const Row& row);

// Nodes, events, access, the API itself (cluster_cells.cpp)
Json node_status(const Row& row);
Json node_roles(const Row& row);
Json event_last_seen(const Row& row);
Json event_first_seen(const Row& row);
Json event_count(const Row& row);
Json event_object(const Row& row);
Json event_source(const Row& row);
Json event_subobject(const Row& row);
Json event_message(const Row& row);
Json subject_users(const Row& row);
Json subject_groups(const Row& row);
Json subject_service_accounts(const Row& row);
Json quota_requests(const Row& row);
Json quota_limits(const Row& row);
Json csr_duration(const Row& row);
Json csr_condition(const Row& row);
Json param_kind(const Row& row);
Json param_ref(const Row& row);
Json api_service(const Row& row);
Json api_available(const Row& row);
Json dangling_condition(const Row& row);
Json component_status(const Row& row);
Json component_message(const Row& row);
Json component_error(const Row& row);

}  // namespace kaudit::apiserver::objects::table::cells
