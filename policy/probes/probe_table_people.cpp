#include "policy/probes/probe_table.hpp"

// Ordered by topic; the levels are those of CIS benchmark 3.2.2 and of audit-semantics 10: names
// without bodies where bodies hold secrets, and a trace of everything that changes who may do what.

namespace kaudit::policy {
namespace {

using enum ProbeTopic;

constexpr auto kNone = audit::Level::None;
constexpr auto kMeta = audit::Level::Metadata;
constexpr auto kRequest = audit::Level::Request;
constexpr auto kAll = audit::Level::RequestResponse;

constexpr const ProbeUser* kNobody = nullptr;
constexpr ProbeUser kAnonymous{"system:anonymous", "system:unauthenticated"};
constexpr ProbeUser kAlice{"alice", "developers system:authenticated"};
constexpr ProbeUser kAdmin{"kubernetes-admin", "system:masters system:authenticated"};
constexpr ProbeUser kApp{"system:serviceaccount:default:web",
                         "system:serviceaccounts system:serviceaccounts:default "
                         "system:authenticated"};

// Identities of the cluster's own, stolen: a token from a node's disk, a certificate from a backup.
constexpr ProbeUser kProxy{"system:kube-proxy", "system:authenticated"};
constexpr ProbeUser kServer{"system:apiserver", "system:masters system:authenticated"};
constexpr ProbeUser kManager{"system:kube-controller-manager", "system:authenticated"};
constexpr ProbeUser kScheduler{"system:kube-scheduler", "system:authenticated"};
constexpr ProbeUser kNode{"system:node:worker-1", "system:nodes system:authenticated"};
constexpr std::string_view kSystemAccount =
    "system:serviceaccounts system:serviceaccounts:kube-system system:authenticated";
constexpr ProbeUser kAutoscaler{"system:serviceaccount:kube-system:horizontal-pod-autoscaler",
                                kSystemAccount};
constexpr ProbeUser kDns{"system:serviceaccount:kube-system:coredns", kSystemAccount};
constexpr ProbeUser kAggregation{
    "system:serviceaccount:kube-system:clusterrole-aggregation-controller", kSystemAccount};

constexpr ProbeTarget core(std::string_view resource, std::string_view name = "",
                           std::string_view subresource = "", std::string_view ns = "default") {
  return {"", "v1", resource, subresource, ns, name};
}
constexpr ProbeTarget cluster(std::string_view resource, std::string_view name = "",
                              std::string_view subresource = "") {
  return {"", "v1", resource, subresource, "", name};
}
constexpr ProbeTarget rbac(std::string_view resource, std::string_view name = "",
                           std::string_view ns = "") {
  return {"rbac.authorization.k8s.io", "v1", resource, "", ns, name};
}
constexpr ProbeTarget webhook(std::string_view resource, std::string_view name = "") {
  return {"admissionregistration.k8s.io", "v1", resource, "", "", name};
}
constexpr ProbeTarget apps(std::string_view resource, std::string_view name = "",
                           std::string_view subresource = "") {
  return {"apps", "v1", resource, subresource, "default", name};
}
constexpr ProbeTarget batch(std::string_view resource) {
  return {"batch", "v1", resource, "", "default", ""};
}
constexpr ProbeTarget openshift_oauth(std::string_view resource) {
  return {"oauth.openshift.io", "v1", resource, "", "", ""};
}
constexpr ProbeTarget csr(std::string_view name = "", std::string_view subresource = "") {
  return {"certificates.k8s.io", "v1", "certificatesigningrequests", subresource, "", name};
}
constexpr ProbeTarget kNoTarget{};

constexpr ProbeRow kRows[] = {
    // Failed logins have no user: only rules without users and userGroups see them.
    {"login-failed-list", Login, kNobody, "list", core("pods"), "", "?limit=500", kMeta, kAll,
     "A wrong or expired token: the first trace of somebody who tries keys"},
    {"login-failed-secret", Login, kNobody, "get", core("secrets", "db"), "", "", kMeta, kAll,
     "Somebody without a valid token asks for a Secret"},
    {"login-failed-create", Login, kNobody, "create", core("pods"), "", "", kMeta, kAll,
     "Somebody without a valid token tries to start a pod"},
    {"login-failed-exec", Login, kNobody, "get", core("pods", "web", "exec"), "",
     "?command=sh&stdin=true", kMeta, kAll, "Somebody without a valid token tries a shell"},
    {"login-failed-path", Login, kNobody, "get", kNoTarget, "/api", "", kMeta, kAll,
     "A scanner with a made-up token looks around"},
    {"login-failed-root", Login, kNobody, "post", kNoTarget, "/", "", kMeta, kAll,
     "A scanner tries what no client of Kubernetes does"},
    {"anonymous-list", Login, &kAnonymous, "list", cluster("pods"), "", "", kMeta, kAll,
     "A request without any credentials, which authorization will most likely refuse"},
    {"anonymous-secret", Login, &kAnonymous, "list", cluster("secrets"), "", "", kMeta, kRequest,
     "A request for all Secrets without any credentials"},
    {"anonymous-exec", Login, &kAnonymous, "create", core("pods", "web", "exec"), "", "?command=id",
     kMeta, kAll, "A shell without any credentials"},
    {"anonymous-path", Login, &kAnonymous, "get", kNoTarget, "/apis", "", kNone, kAll,
     "A scanner asks which APIs there are"},

    // The WebSocket clients of today use GET, those before Kubernetes 1.30 POST.
    {"exec-by-get", Exec, &kAlice, "get", core("pods", "web", "exec"), "",
     "?command=sh&stdin=true&tty=true", kMeta, kAll,
     "`kubectl exec` as it is today (WebSocket): a shell in a running container"},
    {"exec-by-post", Exec, &kAlice, "create", core("pods", "web", "exec"), "",
     "?command=sh&stdin=true&tty=true", kMeta, kAll,
     "`kubectl exec` of older clients (SPDY): a shell in a running container"},
    {"exec-by-admin", Exec, &kAdmin, "get", core("pods", "etcd-0", "exec", "kube-system"), "",
     "?command=sh", kMeta, kAll, "An administrator's shell in a system pod"},
    {"exec-by-app", Exec, &kApp, "get", core("pods", "db", "exec"), "", "?command=id", kMeta, kAll,
     "A pod that opens a shell in another one: rarely meant"},
    {"attach-by-get", Exec, &kAlice, "get", core("pods", "web", "attach"), "", "?stdin=true", kMeta,
     kAll, "`kubectl attach` as it is today"},
    {"attach-by-post", Exec, &kAlice, "create", core("pods", "web", "attach"), "", "?stdin=true",
     kMeta, kAll, "`kubectl attach` of older clients"},
    {"portforward-by-get", Exec, &kAlice, "get", core("pods", "web", "portforward"), "",
     "?ports=5432", kMeta, kAll, "`kubectl port-forward` as it is today: past every NetworkPolicy"},
    {"portforward-by-post", Exec, &kAlice, "create", core("pods", "web", "portforward"), "",
     "?ports=5432", kMeta, kAll, "`kubectl port-forward` of older clients"},
    {"pod-proxy-get", Exec, &kAlice, "get", core("pods", "web", "proxy"), "", "", kMeta, kAll,
     "An HTTP request to a pod through the server"},
    {"pod-proxy-post", Exec, &kAlice, "create", core("pods", "web", "proxy"), "", "", kMeta, kAll,
     "An HTTP request that changes something, to a pod through the server"},
    {"service-proxy-get", Exec, &kAlice, "get", core("services", "web", "proxy"), "", "", kMeta,
     kAll, "An HTTP request to a service through the server"},
    {"service-proxy-post", Exec, &kAlice, "create", core("services", "web", "proxy"), "", "", kMeta,
     kAll, "An HTTP request that changes something, to a service through the server"},
    {"node-proxy-get", Exec, &kAlice, "get", cluster("nodes", "worker-1", "proxy"), "", "", kMeta,
     kAll, "The kubelet's own API: runs commands in every pod of the node"},
    {"node-proxy-post", Exec, &kAlice, "create", cluster("nodes", "worker-1", "proxy"), "", "",
     kMeta, kAll, "The kubelet's own API: runs commands in every pod of the node"},
    {"debug-container", Exec, &kAlice, "patch", core("pods", "web", "ephemeralcontainers"), "", "",
     kMeta, kAll, "`kubectl debug`: a new container inside a running pod"},

    {"secret-get", Secrets, &kAlice, "get", core("secrets", "db"), "", "", kMeta, kRequest,
     "Who read this Secret? The answer's body is the Secret itself"},
    {"secret-list", Secrets, &kAlice, "list", core("secrets"), "", "?limit=500", kMeta, kRequest,
     "Who read the Secrets of a namespace? The answer's body holds them all"},
    {"secret-list-all", Secrets, &kAlice, "list", cluster("secrets"), "", "?limit=500", kMeta,
     kRequest, "Who read all Secrets of the cluster? The answer's body holds them all"},
    {"secret-watch", Secrets, &kAlice, "watch", core("secrets"), "", "?watch=true", kMeta, kAll,
     "A watch (or a streaming list) reads Secrets too, and has never a body"},
    {"secret-get-by-app", Secrets, &kApp, "get", core("secrets", "db"), "", "", kMeta, kRequest,
     "A stolen token of a pod reads Secrets with its service account"},
    {"secret-create", Secrets, &kAlice, "create", core("secrets"), "", "", kMeta, kMeta,
     "Both bodies are the Secret itself"},
    {"secret-update", Secrets, &kAlice, "update", core("secrets", "db"), "", "", kMeta, kMeta,
     "Both bodies are the Secret itself"},
    {"secret-patch", Secrets, &kAlice, "patch", core("secrets", "db"), "",
     "?fieldManager=kubectl-edit", kMeta, kMeta,
     "The patch holds what changed, the answer the Secret itself"},
    {"secret-create-by-app", Secrets, &kApp, "create", core("secrets"), "", "", kMeta, kMeta,
     "Operators write Secrets: certificates, passwords"},
    {"secret-delete", Secrets, &kAlice, "delete", core("secrets", "db"), "", "", kMeta, kAll,
     "Who deleted this Secret?"},
    {"secret-deletecollection", Secrets, &kAlice, "deletecollection", core("secrets"), "", "",
     kMeta, kRequest, "Who deleted all Secrets? The answer lists them with their values"},
    {"route-create",
     Secrets,
     &kAlice,
     "create",
     {"route.openshift.io", "v1", "routes", "", "default", ""},
     "",
     "",
     kNone,
     kMeta,
     "OpenShift: the body holds the route's private key"},
    {"helmrelease-create",
     Secrets,
     &kAlice,
     "create",
     {"helm.toolkit.fluxcd.io", "v2", "helmreleases", "", "default", ""},
     "",
     "",
     kNone,
     kMeta,
     "A custom resource whose values often hold passwords"},
    {"application-update",
     Secrets,
     &kAlice,
     "update",
     {"argoproj.io", "v1alpha1", "applications", "", "argocd", "shop"},
     "",
     "",
     kNone,
     kMeta,
     "A custom resource whose Helm parameters often hold passwords"},
    {"configmap-get", Secrets, &kAlice, "get", core("configmaps", "app"), "", "", kNone, kRequest,
     "ConfigMaps often hold passwords, though they should not"},
    {"configmap-create", Secrets, &kAlice, "create", core("configmaps"), "", "", kMeta, kMeta,
     "ConfigMaps often hold passwords, though they should not; CIS 3.2.2 asks for Metadata only"},
    {"configmap-update", Secrets, &kAlice, "update", core("configmaps", "app"), "", "", kMeta,
     kMeta, "CIS 3.2.2 asks for Metadata only"},
    {"configmap-patch", Secrets, &kAlice, "patch", core("configmaps", "app"), "", "", kMeta, kMeta,
     "CIS 3.2.2 asks for Metadata only"},
    {"configmap-delete", Secrets, &kAlice, "delete", core("configmaps", "app"), "", "", kMeta, kAll,
     "Who deleted this configuration?"},

    {"token-request", Tokens, &kAlice, "create", core("serviceaccounts", "web", "token"), "", "",
     kMeta, kRequest, "`kubectl create token`: the answer's body is a live token"},
    {"token-review",
     Tokens,
     &kApp,
     "create",
     {"authentication.k8s.io", "v1", "tokenreviews", "", "", ""},
     "",
     "",
     kNone,
     kMeta,
     "The request's body is somebody's live token"},
    {"oauth-token-create", Tokens, &kAlice, "create", openshift_oauth("oauthaccesstokens"), "", "",
     kNone, kMeta, "OpenShift: anyone who has the token's name from its body is that user"},
    {"oauth-authorize-create", Tokens, &kAlice, "create", openshift_oauth("oauthauthorizetokens"),
     "", "", kNone, kMeta, "OpenShift: the body is a code that buys a token"},
    {"oauth-client-create", Tokens, &kAdmin, "create", openshift_oauth("oauthclients"), "", "",
     kNone, kMeta, "OpenShift: the body holds the client's secret"},
    {"csr-create", Tokens, &kAlice, "create", csr(), "", "", kMeta, kRequest,
     "Asks for a client certificate; the body names the identity it is for"},
    {"csr-approve", Tokens, &kAdmin, "update", csr("alice", "approval"), "", "", kMeta, kRequest,
     "Who approved this certificate? It cannot be revoked"},

    {"proxy-reads-secret", Components, &kProxy, "get", core("secrets", "db"), "", "", kMeta,
     kRequest, "kube-proxy reads no Secrets: somebody has its credentials"},
    {"proxy-exec", Components, &kProxy, "get", core("pods", "web", "exec"), "", "?command=sh",
     kMeta, kAll, "kube-proxy opens no shells: somebody has its credentials"},
    {"proxy-proxies", Components, &kProxy, "get", core("services", "web", "proxy"), "", "", kMeta,
     kAll, "kube-proxy sends nothing through the server: somebody has its credentials"},
    {"server-reads-secret", Components, &kServer, "get", core("secrets", "db"), "", "", kMeta,
     kRequest, "The API server reads its store, not itself: somebody has its certificate"},
    {"server-exec", Components, &kServer, "get", core("pods", "web", "exec"), "", "?command=sh",
     kMeta, kAll, "The API server opens no shells: somebody has its certificate"},
    {"manager-exec", Components, &kManager, "get", core("pods", "web", "exec"), "", "?command=sh",
     kMeta, kAll, "The controller manager opens no shells: somebody has its credentials"},
    {"scheduler-reads-secret", Components, &kScheduler, "list", cluster("secrets"), "", "", kMeta,
     kRequest, "The scheduler reads no Secrets: somebody has its credentials"},
    {"autoscaler-reads-secret", Components, &kAutoscaler, "get", core("secrets", "db"), "", "",
     kMeta, kRequest, "The autoscaler reads no Secrets: somebody has its token"},
    {"autoscaler-proxies", Components, &kAutoscaler, "get", cluster("nodes", "worker-1", "proxy"),
     "", "", kMeta, kAll, "The kubelet's own API, by a stolen token: runs commands in every pod"},
    {"account-lists-secrets", Components, &kDns, "list", cluster("secrets"), "", "", kMeta,
     kRequest, "A pod of kube-system reads all Secrets: somebody has its token"},
    {"account-exec", Components, &kDns, "get", core("pods", "etcd-0", "exec", "kube-system"), "",
     "?command=sh", kMeta, kAll, "A pod of kube-system opens a shell in another one"},
    {"controller-binds-role", Components, &kAggregation, "create", rbac("clusterrolebindings"), "",
     "", kMeta, kAll, "A controller's account makes somebody an administrator"},
    {"node-lists-secrets", Components, &kNode, "list", cluster("secrets"), "", "", kMeta, kRequest,
     "A kubelet reads the Secrets of its own pods, one by one; who asks for all has stolen it"},
    {"node-exec", Components, &kNode, "get", core("pods", "db", "exec"), "", "?command=sh", kMeta,
     kAll, "A kubelet opens no shells through the server: somebody has its certificate"},
    {"node-binds-role", Components, &kNode, "create", rbac("clusterrolebindings"), "", "", kMeta,
     kAll, "A kubelet gives nobody rights: somebody has its certificate"},

    {"clusterrolebinding-create", Privileges, &kAdmin, "create", rbac("clusterrolebindings"), "",
     "", kMeta, kAll, "Who made whom an administrator?"},
    {"clusterrolebinding-delete", Privileges, &kAdmin, "delete", rbac("clusterrolebindings", "ops"),
     "", "", kMeta, kAll, "Who took rights away?"},
    {"rolebinding-create", Privileges, &kAdmin, "create", rbac("rolebindings", "", "default"), "",
     "", kMeta, kAll, "Who gave whom rights in a namespace?"},
    {"clusterrole-update", Privileges, &kAdmin, "update", rbac("clusterroles", "view"), "", "",
     kMeta, kAll, "Who widened a role?"},
    {"role-patch", Privileges, &kAdmin, "patch", rbac("roles", "dev", "default"), "", "", kMeta,
     kAll, "Who widened a role?"},
    {"serviceaccount-create", Privileges, &kAlice, "create", core("serviceaccounts"), "", "", kMeta,
     kAll, "A new identity"},
    {"validating-webhook-delete", Privileges, &kAdmin, "delete",
     webhook("validatingwebhookconfigurations", "guard"), "", "", kMeta, kAll,
     "Who switched an admission check off?"},
    {"mutating-webhook-create", Privileges, &kAdmin, "create",
     webhook("mutatingwebhookconfigurations"), "", "", kMeta, kAll,
     "Sees and changes every object from now on, Secrets too"},
    {"admission-policy-delete", Privileges, &kAdmin, "delete",
     webhook("validatingadmissionpolicybindings", "guard"), "", "", kMeta, kAll,
     "Who switched an admission check off?"},
    {"apiservice-create",
     Privileges,
     &kAdmin,
     "create",
     {"apiregistration.k8s.io", "v1", "apiservices", "", "", ""},
     "",
     "",
     kMeta,
     kAll,
     "Sends part of the API to another server"},
    {"crd-delete",
     Privileges,
     &kAdmin,
     "delete",
     {"apiextensions.k8s.io", "v1", "customresourcedefinitions", "", "", "apps.example.com"},
     "",
     "",
     kMeta,
     kAll,
     "Deletes every object of that kind"},
    {"namespace-delete", Privileges, &kAdmin, "delete", core("namespaces", "shop", "", "shop"), "",
     "", kMeta, kAll, "Deletes everything in it"},
    {"namespace-patch", Privileges, &kAdmin, "patch", core("namespaces", "shop", "", "shop"), "",
     "", kMeta, kAll, "Its labels decide about pod security"},
    {"node-patch", Privileges, &kAdmin, "patch", cluster("nodes", "worker-1"), "", "", kMeta, kAll,
     "Labels and taints decide what runs where"},
    {"networkpolicy-delete",
     Privileges,
     &kAlice,
     "delete",
     {"networking.k8s.io", "v1", "networkpolicies", "", "default", "deny"},
     "",
     "",
     kMeta,
     kAll,
     "Who opened the network?"},

    {"pod-create", Workloads, &kAlice, "create", core("pods"), "", "", kMeta, kAll,
     "CIS 3.2.2: changes of pods; the body says with which rights it runs"},
    {"pod-patch", Workloads, &kAlice, "patch", core("pods", "web"), "", "", kMeta, kAll,
     "CIS 3.2.2: changes of pods"},
    {"pod-delete", Workloads, &kAlice, "delete", core("pods", "web"), "", "", kMeta, kAll,
     "CIS 3.2.2: changes of pods"},
    {"pod-evict", Workloads, &kAdmin, "create", core("pods", "web", "eviction"), "", "", kMeta,
     kAll, "`kubectl drain`"},
    {"deployment-create", Workloads, &kAlice, "create", apps("deployments"), "", "", kMeta, kAll,
     "CIS 3.2.2: changes of deployments"},
    {"deployment-update", Workloads, &kAlice, "update", apps("deployments", "web"), "", "", kMeta,
     kAll, "CIS 3.2.2: changes of deployments"},
    {"deployment-patch", Workloads, &kAlice, "patch", apps("deployments", "web"), "",
     "?fieldManager=kubectl-client-side-apply", kMeta, kAll,
     "CIS 3.2.2: changes of deployments; `kubectl apply`"},
    {"deployment-delete", Workloads, &kAlice, "delete", apps("deployments", "web"), "", "", kMeta,
     kAll, "CIS 3.2.2: changes of deployments"},
    {"deployment-scale", Workloads, &kAlice, "patch", apps("deployments", "web", "scale"), "", "",
     kMeta, kAll, "`kubectl scale`: to nothing, perhaps"},
    {"daemonset-create", Workloads, &kAdmin, "create", apps("daemonsets"), "", "", kMeta, kAll,
     "Runs on every node"},
    {"statefulset-patch", Workloads, &kAlice, "patch", apps("statefulsets", "db"), "", "", kMeta,
     kAll, "Changes what runs"},
    {"job-create", Workloads, &kAlice, "create", batch("jobs"), "", "", kMeta, kAll, "Starts pods"},
    {"cronjob-create", Workloads, &kAlice, "create", batch("cronjobs"), "", "", kMeta, kAll,
     "Starts pods again and again: a way to stay"},
    {"service-create", Workloads, &kAlice, "create", core("services"), "", "", kMeta, kAll,
     "Opens a port, perhaps to the world"},
    {"ingress-create",
     Workloads,
     &kAlice,
     "create",
     {"networking.k8s.io", "v1", "ingresses", "", "default", ""},
     "",
     "",
     kMeta,
     kAll,
     "Opens a service to the world"},
    {"custom-resource-create",
     Workloads,
     &kAlice,
     "create",
     {"stable.example.com", "v1", "crontabs", "", "default", ""},
     "",
     "",
     kMeta,
     kAll,
     "Resources of operators: rules that list the built-in groups miss them"},

    {"pod-get", Reading, &kAlice, "get", core("pods", "web"), "", "", kNone, kAll,
     "What people look at"},
    {"pod-list-all", Reading, &kAlice, "list", cluster("pods"), "", "?limit=500", kNone, kAll,
     "`kubectl get pods -A`: namespace \"\", like a cluster-scoped request"},
    {"pod-log", Reading, &kAlice, "get", core("pods", "web", "log"), "", "?follow=true", kNone,
     kAll, "Logs hold personal data and tokens"},
    {"node-list", Reading, &kAlice, "list", cluster("nodes"), "", "", kNone, kAll,
     "What people look at"},
    {"deployment-watch", Reading, &kAlice, "watch", apps("deployments"), "", "?watch=true", kNone,
     kAll, "`kubectl get -w`, dashboards"},
    {"role-list", Reading, &kAlice, "list", rbac("clusterroles"), "", "", kNone, kAll,
     "Somebody finds out who may do what"},
};

}  // namespace

std::span<const ProbeRow> people_rows() noexcept { return kRows; }

}  // namespace kaudit::policy
