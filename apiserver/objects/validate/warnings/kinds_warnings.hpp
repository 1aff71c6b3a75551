#pragma once

#include "apiserver/objects/validate/warnings/warning_list.hpp"

namespace kaudit::apiserver::objects::validate {

// What is said of an object of a kind; the table in kind_warnings.cpp says when.

void warn_of_service(const Json& service, WarningList& warnings);
/// A Service's or an Ingress' status.
void warn_of_load_balancer(const Json& object, WarningList& warnings);
void warn_of_pod_addresses(const Json& pod, WarningList& warnings);
void warn_of_endpoints(const Json& endpoints, WarningList& warnings);
void warn_of_new_endpoint_slice(const Json& slice, WarningList& warnings);
void warn_of_endpoint_slice(const Json& slice, WarningList& warnings);
void warn_of_new_ingress(const Json& ingress, WarningList& warnings);
void warn_of_network_policy(const Json& policy, WarningList& warnings);

void warn_of_claim(const Json& claim, WarningList& warnings);
void warn_of_persistent_volume(const Json& volume, WarningList& warnings);
void warn_of_storage_class(const Json& storage_class, WarningList& warnings);
void warn_of_storage_capacity(const Json& capacity, WarningList& warnings);
void warn_of_new_csi_driver(const Json& driver, WarningList& warnings);
void warn_of_node(const Json& node, WarningList& warnings);
void warn_of_runtime_class(const Json& runtime_class, WarningList& warnings);
void warn_of_new_quota(const Json& quota, WarningList& warnings);
void warn_of_secret(const Json& secret, WarningList& warnings);
void warn_of_resource_slice(const Json& slice, WarningList& warnings);
/// A kind of dynamic admission.
void warn_of_reserved_name(const Json& object, WarningList& warnings);

}  // namespace kaudit::apiserver::objects::validate
