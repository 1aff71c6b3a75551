#pragma once

#include "apiserver/controllers/cluster.hpp"

namespace kaudit::apiserver::controllers {

/// The Node that there is when nobody has made one.
inline constexpr std::string_view kNodeName = "kaudit-node";

// What a controller does when it looks at one object: at most what is due now; what follows from it
// is due when the change comes by. False: a request was refused, and is to be tried again.

awaitable<bool> reconcile_deployment(Cluster& cluster, Json deployment);
awaitable<bool> reconcile_replica_set(Cluster& cluster, Json set);
awaitable<bool> reconcile_stateful_set(Cluster& cluster, Json set);
awaitable<bool> reconcile_daemon_set(Cluster& cluster, Json set);
awaitable<bool> reconcile_job(Cluster& cluster, Json job);
/// Makes the Job that is due by the (moved) clock: of several times that were missed, the latest.
awaitable<bool> reconcile_cron_job(Cluster& cluster, Json cron);
/// Whether a CronJob's timeZone is one by which it is fired: UTC, or none.
bool is_known_zone(std::string_view zone) noexcept;
/// Scheduler and kubelet: the Pod gets a Node, runs and is ready; one that ends by itself succeeds;
/// one that is being deleted is gone.
awaitable<bool> reconcile_pod(Cluster& cluster, Json pod);
/// A claim is bound.
awaitable<bool> reconcile_claim(Cluster& cluster, Json claim);
/// One of type LoadBalancer has an address.
awaitable<bool> reconcile_service(Cluster& cluster, Json service);
/// Registers the Node, and says that it is ready.
awaitable<bool> register_node(Cluster& cluster);

/// `system:serviceaccount:kube-system:NAME`
std::string controller(std::string_view name);
/// Deletes a Pod as its controller does.
awaitable<bool> delete_pod(Cluster& cluster, std::string user, Json pod);

}  // namespace kaudit::apiserver::controllers
