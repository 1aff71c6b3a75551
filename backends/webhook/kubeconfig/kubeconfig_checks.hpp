#pragma once

#include <string>
#include <vector>

#include "backends/webhook/kubeconfig/kubeconfig_reader.hpp"

namespace kaudit::backends::webhook {

// What Kubernetes finds wrong with the parts of a kubeconfig that are used, all of it at once, in
// its words. Paths must be absolute. (k8s.io/client-go clientcmd validateClusterInfo,
// validateAuthInfo)

std::vector<KubeconfigError> check_cluster(const std::string& name, const ClusterEntry& cluster);
std::vector<KubeconfigError> check_user(const std::string& name, const UserEntry& user);

}  // namespace kaudit::backends::webhook
