// What every cluster has: nodes, the control plane and its controllers.
#include "cli/generate/cast.hpp"

namespace kaudit::cli {

void add_cluster(Traffic& traffic, Cast& cast, std::size_t nodes) {
  const std::size_t node = cast.node(1);
  for (std::size_t i = 2; i <= nodes; ++i) cast.node(i);
  const std::size_t server = cast.component("system:apiserver", "kube-apiserver", "");
  cast[server].user.groups = {"system:authenticated", "system:masters"};
  cast[server].source_ips = {"::1"};
  const std::size_t manager = cast.component(
      "system:kube-controller-manager", "kube-controller-manager",
      "RBAC: allowed by ClusterRoleBinding \"system:kube-controller-manager\" of ClusterRole "
      "\"system:kube-controller-manager\" to User \"system:kube-controller-manager\"");
  const std::size_t scheduler =
      cast.component("system:kube-scheduler", "kube-scheduler",
                     "RBAC: allowed by ClusterRoleBinding \"system:kube-scheduler\" of ClusterRole "
                     "\"system:kube-scheduler\" to User \"system:kube-scheduler\"");
  const auto controller = [&](const std::string& name) {
    return cast.service_account("kube-system", name + "-controller",
                                std::string("kube-controller-manager/") + kVersion +
                                    "/system:serviceaccount:kube-system:" + name + "-controller",
                                "10.0.0.10", "system:controller:" + name + "-controller");
  };
  const std::size_t deployment = controller("deployment");
  const std::size_t replicaset = controller("replicaset");
  const std::size_t slices = controller("endpointslice");
  const std::size_t garbage = controller("generic-garbage-collector");
  const std::size_t dns = cast.service_account("kube-system", "coredns", "coredns/v0.0.0",
                                               "10.244.1.2", "system:coredns");
  const std::size_t probe = cast.anonymous("kube-probe/1.37", "10.0.0.10");
  const auto weight = [&](std::size_t each) { return static_cast<std::uint32_t>(each * nodes); };
  std::vector<Pattern>& p = traffic.patterns;
  p.push_back({.first_actor = node,
               .actors = nodes,
               .weight = weight(60),
               .verb = "update",
               .group = "coordination.k8s.io",
               .resource = "leases",
               .where = Where::Namespace,
               .naming = Naming::Own,
               .ns = "kube-node-lease",
               .query = "?timeout=10s",
               .mean_us = 3000,
               .body = BodyKind::Lease,
               .answer = BodyKind::Lease,
               .conflicts = 1});
  p.push_back({.first_actor = node,
               .actors = nodes,
               .weight = weight(14),
               .verb = "get",
               .resource = "nodes",
               .where = Where::Cluster,
               .naming = Naming::Own,
               .query = "?resourceVersion=0&timeout=10s",
               .mean_us = 1500,
               .answer = BodyKind::NodeStatus});
  p.push_back({.first_actor = node,
               .actors = nodes,
               .weight = weight(12),
               .verb = "patch",
               .resource = "nodes",
               .subresource = "status",
               .where = Where::Cluster,
               .naming = Naming::Own,
               .query = "?timeout=10s",
               .mean_us = 5000,
               .body = BodyKind::NodeStatus,
               .answer = BodyKind::NodeStatus});
  p.push_back({.first_actor = node,
               .actors = nodes,
               .weight = weight(9),
               .verb = "patch",
               .resource = "pods",
               .subresource = "status",
               .where = Where::Namespace,
               .naming = Naming::Pod,
               .mean_us = 4500,
               .body = BodyKind::PodStatus,
               .answer = BodyKind::Pod,
               .not_found = 15});
  p.push_back({.first_actor = node,
               .actors = nodes,
               .weight = weight(9),
               .verb = "get",
               .resource = "pods",
               .where = Where::Namespace,
               .naming = Naming::Pod,
               .mean_us = 1500,
               .answer = BodyKind::Pod,
               .not_found = 20});
  p.push_back({.first_actor = node,
               .actors = nodes,
               .weight = weight(6),
               .verb = "create",
               .resource = "serviceaccounts",
               .subresource = "token",
               .where = Where::Namespace,
               .naming = Naming::App,
               .mean_us = 4000,
               .body = BodyKind::TokenRequest,
               .answer = BodyKind::TokenRequest});
  p.push_back({.first_actor = node,
               .actors = nodes,
               .weight = weight(8),
               .verb = "create",
               .resource = "events",
               .where = Where::Namespace,
               .naming = Naming::Random,
               .mean_us = 3500,
               .body = BodyKind::Event,
               .answer = BodyKind::Event});
  p.push_back({.first_actor = node,
               .actors = nodes,
               .weight = weight(4),
               .verb = "watch",
               .resource = "pods",
               .where = Where::AllNamespaces,
               .query = kWatchPods,
               .mean_us = 480'000'000});
  p.push_back({.first_actor = node,
               .actors = nodes,
               .weight = weight(4),
               .verb = "watch",
               .resource = "configmaps",
               .where = Where::Namespace,
               .naming = Naming::None,
               .query = kWatch,
               .mean_us = 480'000'000});
  p.push_back({.first_actor = manager,
               .weight = 150,
               .verb = "update",
               .group = "coordination.k8s.io",
               .resource = "leases",
               .where = Where::Namespace,
               .naming = Naming::Fixed,
               .ns = "kube-system",
               .name = "kube-controller-manager",
               .query = "?timeout=5s",
               .mean_us = 3000,
               .body = BodyKind::Lease,
               .answer = BodyKind::Lease,
               .conflicts = 1});
  p.push_back({.first_actor = scheduler,
               .weight = 150,
               .verb = "update",
               .group = "coordination.k8s.io",
               .resource = "leases",
               .where = Where::Namespace,
               .naming = Naming::Fixed,
               .ns = "kube-system",
               .name = "kube-scheduler",
               .query = "?timeout=5s",
               .mean_us = 3000,
               .body = BodyKind::Lease,
               .answer = BodyKind::Lease});
  p.push_back({.first_actor = scheduler,
               .weight = 10,
               .verb = "create",
               .resource = "pods",
               .subresource = "binding",
               .where = Where::Namespace,
               .naming = Naming::Pod,
               .mean_us = 6000,
               .body = BodyKind::PodStatus,
               .conflicts = 4});
  p.push_back({.first_actor = server,
               .weight = 40,
               .verb = "get",
               .resource = "services",
               .where = Where::Namespace,
               .naming = Naming::Fixed,
               .ns = "default",
               .name = "kubernetes",
               .mean_us = 900});
  p.push_back({.first_actor = server,
               .weight = 40,
               .verb = "get",
               .group = "discovery.k8s.io",
               .resource = "endpointslices",
               .where = Where::Namespace,
               .naming = Naming::Fixed,
               .ns = "default",
               .name = "kubernetes",
               .mean_us = 900,
               .answer = BodyKind::EndpointSlice});
  p.push_back({.first_actor = server,
               .weight = 10,
               .verb = "list",
               .resource = "namespaces",
               .where = Where::Cluster,
               .query = kList,
               .mean_us = 2000});
  p.push_back({.first_actor = deployment,
               .weight = 25,
               .verb = "update",
               .group = "apps",
               .resource = "deployments",
               .subresource = "status",
               .where = Where::Namespace,
               .naming = Naming::App,
               .mean_us = 7000,
               .body = BodyKind::Deployment,
               .answer = BodyKind::Deployment,
               .conflicts = 60});
  p.push_back({.first_actor = replicaset,
               .weight = 25,
               .verb = "update",
               .group = "apps",
               .resource = "replicasets",
               .subresource = "status",
               .where = Where::Namespace,
               .naming = Naming::App,
               .mean_us = 7000,
               .body = BodyKind::ReplicaSet,
               .answer = BodyKind::ReplicaSet,
               .conflicts = 20});
  p.push_back({.first_actor = replicaset,
               .weight = 12,
               .verb = "create",
               .resource = "pods",
               .where = Where::Namespace,
               .naming = Naming::Random,
               .mean_us = 9000,
               .body = BodyKind::Pod,
               .answer = BodyKind::Pod});
  p.push_back({.first_actor = slices,
               .weight = 20,
               .verb = "update",
               .group = "discovery.k8s.io",
               .resource = "endpointslices",
               .where = Where::Namespace,
               .naming = Naming::App,
               .mean_us = 5000,
               .body = BodyKind::EndpointSlice,
               .answer = BodyKind::EndpointSlice,
               .conflicts = 10});
  p.push_back({.first_actor = garbage,
               .weight = 10,
               .verb = "delete",
               .resource = "pods",
               .where = Where::Namespace,
               .naming = Naming::Pod,
               .mean_us = 8000,
               .body = BodyKind::DeleteOptions,
               .answer = BodyKind::Pod,
               .not_found = 100});
  p.push_back({.first_actor = garbage,
               .weight = 15,
               .verb = "get",
               .resource = "/apis",
               .query = "?timeout=32s",
               .mean_us = 1200});
  p.push_back({.first_actor = dns,
               .weight = 4,
               .verb = "watch",
               .resource = "services",
               .where = Where::AllNamespaces,
               .query = kWatch,
               .mean_us = 480'000'000});
  p.push_back(
      {.first_actor = probe, .weight = 60, .verb = "get", .resource = "/readyz", .mean_us = 800});
  p.push_back(
      {.first_actor = probe, .weight = 60, .verb = "get", .resource = "/livez", .mean_us = 500});
}

}  // namespace kaudit::cli
