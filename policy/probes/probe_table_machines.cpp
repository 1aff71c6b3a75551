#include "policy/probes/probe_table.hpp"

// Traffic that a cluster makes by itself, day and night: most of a log when it is recorded.

namespace kaudit::policy {
namespace {

using enum ProbeTopic;

constexpr auto kNone = audit::Level::None;
constexpr auto kMeta = audit::Level::Metadata;
constexpr auto kRequest = audit::Level::Request;
constexpr auto kAll = audit::Level::RequestResponse;

constexpr std::string_view kAccountGroups =
    "system:serviceaccounts system:serviceaccounts:kube-system system:authenticated";

constexpr ProbeUser kAnonymous{"system:anonymous", "system:unauthenticated"};
constexpr ProbeUser kKubelet{"system:node:worker-1", "system:nodes system:authenticated"};
constexpr ProbeUser kScheduler{"system:kube-scheduler", "system:authenticated"};
constexpr ProbeUser kManager{"system:kube-controller-manager", "system:authenticated"};
constexpr ProbeUser kProxy{"system:kube-proxy", "system:authenticated"};
constexpr ProbeUser kServer{"system:apiserver", "system:masters system:authenticated"};
constexpr ProbeUser kPrometheus{"system:serviceaccount:monitoring:prometheus",
                                "system:serviceaccounts system:serviceaccounts:monitoring "
                                "system:authenticated"};
constexpr ProbeUser kOperator{"system:serviceaccount:cert-manager:cert-manager",
                              "system:serviceaccounts system:serviceaccounts:cert-manager "
                              "system:authenticated"};
constexpr ProbeUser kReplicaSets{"system:serviceaccount:kube-system:replicaset-controller",
                                 kAccountGroups};
constexpr ProbeUser kDeployments{"system:serviceaccount:kube-system:deployment-controller",
                                 kAccountGroups};
constexpr ProbeUser kEndpointSlices{"system:serviceaccount:kube-system:endpointslice-controller",
                                    kAccountGroups};
constexpr ProbeUser kEndpoints{"system:serviceaccount:kube-system:endpoint-controller",
                               kAccountGroups};
constexpr ProbeUser kAutoscaler{"system:serviceaccount:kube-system:horizontal-pod-autoscaler",
                                kAccountGroups};
constexpr ProbeUser kCollector{"system:serviceaccount:kube-system:generic-garbage-collector",
                               kAccountGroups};
constexpr ProbeUser kNamespaces{"system:serviceaccount:kube-system:namespace-controller",
                                kAccountGroups};
constexpr ProbeUser kDns{"system:serviceaccount:kube-system:coredns", kAccountGroups};

constexpr ProbeTarget core(std::string_view resource, std::string_view name = "",
                           std::string_view subresource = "", std::string_view ns = "default") {
  return {"", "v1", resource, subresource, ns, name};
}
constexpr ProbeTarget cluster(std::string_view resource, std::string_view name = "",
                              std::string_view subresource = "") {
  return {"", "v1", resource, subresource, "", name};
}
constexpr ProbeTarget lease(std::string_view ns, std::string_view name) {
  return {"coordination.k8s.io", "v1", "leases", "", ns, name};
}
constexpr ProbeTarget slices(std::string_view ns, std::string_view name = "") {
  return {"discovery.k8s.io", "v1", "endpointslices", "", ns, name};
}
constexpr ProbeTarget kNoTarget{};

constexpr ProbeRow kRows[] = {
    {"kubelet-reads-secret", Secrets, &kKubelet, "get", core("secrets", "db"), "", "", kNone,
     kRequest, "For the pods it runs; the answer's body is the Secret itself"},
    {"kubelet-reads-configmap", Secrets, &kKubelet, "get", core("configmaps", "kube-root-ca.crt"),
     "", "", kNone, kRequest, "For the pods it runs"},
    {"operator-writes-secret", Secrets, &kOperator, "update", core("secrets", "tls"), "", "", kNone,
     kMeta, "Both bodies are the Secret itself, a private key perhaps"},

    {"kubelet-token-request", Tokens, &kKubelet, "create", core("serviceaccounts", "web", "token"),
     "", "", kNone, kRequest, "A token for each pod, again each hour; the answer's body is live"},
    {"kubelet-token-review",
     Tokens,
     &kKubelet,
     "create",
     {"authentication.k8s.io", "v1", "tokenreviews", "", "", ""},
     "",
     "",
     kNone,
     kMeta,
     "Who talks to the kubelet? The request's body is a live token"},
    {"kubelet-csr",
     Tokens,
     &kKubelet,
     "create",
     {"certificates.k8s.io", "v1", "certificatesigningrequests", "", "", ""},
     "",
     "",
     kNone,
     kRequest,
     "A kubelet renews its certificate"},

    {"health-livez", Health, &kAnonymous, "get", kNoTarget, "/livez", "", kNone, kNone,
     "The kubelet's liveness probe, each 10 seconds"},
    {"health-readyz", Health, &kAnonymous, "get", kNoTarget, "/readyz", "", kNone, kNone,
     "The readiness probe, each second, and load balancers"},
    {"health-healthz", Health, &kAnonymous, "get", kNoTarget, "/healthz", "", kNone, kNone,
     "Load balancers and old probes"},
    {"health-livez-part", Health, &kAnonymous, "get", kNoTarget, "/livez/etcd", "", kNone, kNone,
     "One part of a health check"},
    {"health-version", Health, &kAnonymous, "get", kNoTarget, "/version", "", kNone, kAll,
     "Load balancers and clients"},
    {"metrics-scrape", Health, &kPrometheus, "get", kNoTarget, "/metrics", "", kNone, kNone,
     "Prometheus, twice a minute"},

    {"discovery-api", Discovery, &kScheduler, "get", kNoTarget, "/api", "", kNone, kAll,
     "Every client at its start"},
    {"discovery-apis", Discovery, &kCollector, "get", kNoTarget, "/apis", "", kNone, kAll,
     "Controllers, each 30 seconds"},
    {"discovery-group", Discovery, &kCollector, "get", kNoTarget, "/apis/apps/v1", "", kNone, kAll,
     "A group's version is a path, not a resource"},
    {"discovery-openapi", Discovery, &kServer, "get", kNoTarget, "/openapi/v2", "", kNone, kAll,
     "The aggregator and kubectl"},
    {"discovery-openapi-v3", Discovery, &kCollector, "get", kNoTarget, "/openapi/v3/apis/apps/v1",
     "", kNone, kAll, "kubectl explain and apply"},

    {"lease-node", Leases, &kKubelet, "update", lease("kube-node-lease", "worker-1"), "", "", kNone,
     kNone, "A heartbeat each 10 seconds for each node"},
    {"lease-scheduler", Leases, &kScheduler, "update", lease("kube-system", "kube-scheduler"), "",
     "", kNone, kNone, "Leader election, each 2 seconds"},
    {"lease-scheduler-get", Leases, &kScheduler, "get", lease("kube-system", "kube-scheduler"), "",
     "", kNone, kNone, "Leader election, each 2 seconds"},
    {"lease-manager", Leases, &kManager, "update", lease("kube-system", "kube-controller-manager"),
     "", "", kNone, kNone, "Leader election, each 2 seconds"},
    {"lease-server", Leases, &kServer, "update", lease("kube-system", "apiserver-x7"), "", "",
     kNone, kNone, "The API server's own heartbeat"},
    {"lease-operator", Leases, &kOperator, "update", lease("cert-manager", "controller"), "", "",
     kNone, kNone, "Leader election of an operator, each 2 seconds"},

    {"event-core-create", Events, &kKubelet, "create", core("events"), "", "", kNone, kNone,
     "Events are stored as objects already, and there are many"},
    {"event-core-patch", Events, &kKubelet, "patch", core("events", "web.17"), "", "", kNone, kNone,
     "Counts the same event again"},
    {"event-new-create",
     Events,
     &kScheduler,
     "create",
     {"events.k8s.io", "v1", "events", "", "default", ""},
     "",
     "",
     kNone,
     kNone,
     "The same objects under the name that clients use today"},

    {"kubelet-node-status", Controllers, &kKubelet, "patch", cluster("nodes", "worker-1", "status"),
     "", "", kNone, kAll, "Each 5 minutes, and 10 KB"},
    {"kubelet-pod-status", Controllers, &kKubelet, "patch", core("pods", "web", "status"), "", "",
     kNone, kAll, "Each change of a container"},
    {"kubelet-watches-pods", Controllers, &kKubelet, "watch", cluster("pods"), "",
     "?watch=true&fieldSelector=spec.nodeName%3Dworker-1", kNone, kAll, "Always open"},
    {"kubelet-node-get", Controllers, &kKubelet, "get", cluster("nodes", "worker-1"), "", "", kNone,
     kAll, "Before each status"},
    {"proxy-watches-slices", Controllers, &kProxy, "watch", slices(""), "", "?watch=true", kNone,
     kNone, "Each node, always open"},
    {"proxy-watches-services", Controllers, &kProxy, "watch", cluster("services"), "",
     "?watch=true", kNone, kNone, "Each node, always open"},
    {"dns-watches-slices", Controllers, &kDns, "watch", slices(""), "", "?watch=true", kNone, kAll,
     "Always open"},
    {"scheduler-binds", Controllers, &kScheduler, "create", core("pods", "web", "binding"), "", "",
     kNone, kAll, "Which node a pod runs on"},
    {"replicaset-creates-pod", Controllers, &kReplicaSets, "create", core("pods"), "", "", kNone,
     kAll, "On behalf of a deployment: the trace from a person's change to its pods"},
    {"deployment-status",
     Controllers,
     &kDeployments,
     "update",
     {"apps", "v1", "deployments", "status", "default", "web"},
     "",
     "",
     kNone,
     kAll,
     "Each change of a pod"},
    {"slices-update", Controllers, &kEndpointSlices, "update", slices("default", "web-x7"), "", "",
     kNone, kAll, "Each change of a pod"},
    {"endpoints-update", Controllers, &kEndpoints, "update", core("endpoints", "web"), "", "",
     kNone, kAll, "Each change of a pod, the same again in the old form"},
    {"autoscaler-metrics",
     Controllers,
     &kAutoscaler,
     "list",
     {"metrics.k8s.io", "v1beta1", "pods", "", "default", ""},
     "",
     "",
     kNone,
     kNone,
     "Each 15 seconds for each autoscaler"},
    {"autoscaler-scale-get",
     Controllers,
     &kAutoscaler,
     "get",
     {"apps", "v1", "deployments", "scale", "default", "web"},
     "",
     "",
     kNone,
     kAll,
     "Each 15 seconds for each autoscaler"},
    {"collector-deletes", Controllers, &kCollector, "delete", core("pods", "web"), "", "", kNone,
     kAll, "What a deleted owner leaves behind"},
    {"namespace-empties", Controllers, &kNamespaces, "deletecollection", core("pods"), "", "",
     kNone, kRequest, "The answer lists every deleted object: huge"},
    {"server-reads-namespace", Controllers, &kServer, "get",
     core("namespaces", "default", "", "default"), "", "", kNone, kNone, "The server asks itself"},
    {"server-endpoints", Controllers, &kServer, "get", core("endpoints", "kubernetes"), "", "",
     kNone, kNone, "The server asks itself, each 10 seconds"},
    {"kubelet-access-review",
     Controllers,
     &kKubelet,
     "create",
     {"authorization.k8s.io", "v1", "subjectaccessreviews", "", "", ""},
     "",
     "",
     kNone,
     kAll,
     "Who may talk to the kubelet?"},
};

}  // namespace

std::span<const ProbeRow> machine_rows() noexcept { return kRows; }

}  // namespace kaudit::policy
