#include "cli/generate/made_bodies.hpp"

#include <initializer_list>

#include "cli/generate/random.hpp"

namespace kaudit::cli {
namespace {

void append_all(std::string& out, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) out += part;
}

void append_head(std::string& out, std::string_view kind, std::string_view version, BodySide side,
                 const BodyFacts& facts) {
  append_all(out, {R"({"kind":")", kind, R"(","apiVersion":")", version,
                   R"(","metadata":{"name":")", facts.name, "\""});
  if (!facts.ns.empty()) append_all(out, {R"(,"namespace":")", facts.ns, "\""});
  if (side == BodySide::Answer) {
    out += R"(,"uid":")";
    append_uuid(out, facts.object);
    append_all(out, {R"(","resourceVersion":")", std::to_string(facts.resource_version),
                     R"(","creationTimestamp":"2026-01-01T00:00:00Z")"});
  }
  append_all(out, {R"(,"labels":{"app.kubernetes.io/name":")", app_name(facts.object),
                   R"(","app.kubernetes.io/part-of":"shop"})"});
  if (side == BodySide::Answer) {
    append_all(
        out,
        {R"(,"managedFields":[{"manager":"kubectl-client-side-apply","operation":"Update","apiVersion":")",
         version, R"(","time":")", facts.time,
         R"(","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:app.kubernetes.io/name":{},"f:app.kubernetes.io/part-of":{}}},"f:spec":{"f:replicas":{},"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"app\"}":{".":{},"f:image":{},"f:name":{},"f:resources":{}}}}}}}}])"});
  }
  out += "}";
}

constexpr std::string_view kPodSpec =
    R"({"containers":[{"name":"app","image":"registry.example.com/shop/app:1.42.0","ports":[{"containerPort":8080,"protocol":"TCP"}],"env":[{"name":"LOG_LEVEL","value":"info"},{"name":"DATABASE_URL","valueFrom":{"secretKeyRef":{"name":"database","key":"url"}}}],"resources":{"limits":{"cpu":"500m","memory":"256Mi"},"requests":{"cpu":"100m","memory":"128Mi"}},"livenessProbe":{"httpGet":{"path":"/healthz","port":8080,"scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent","securityContext":{"runAsNonRoot":true,"allowPrivilegeEscalation":false}}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"default","securityContext":{},"schedulerName":"default-scheduler","enableServiceLinks":true})";

void append_lease(std::string& out, const BodyFacts& facts) {
  append_all(out, {R"(,"spec":{"holderIdentity":")", facts.name,
                   R"(","leaseDurationSeconds":40,"renewTime":")", facts.time, R"("}})"});
}

void append_node_status(std::string& out, BodySide side, const BodyFacts& facts) {
  if (side == BodySide::Request) {
    append_all(out, {R"({"status":{"conditions":[{"lastHeartbeatTime":")", facts.time,
                     R"(","type":"MemoryPressure"},{"lastHeartbeatTime":")", facts.time,
                     R"(","type":"DiskPressure"},{"lastHeartbeatTime":")", facts.time,
                     R"(","type":"PIDPressure"},{"lastHeartbeatTime":")", facts.time,
                     R"(","type":"Ready"}]}})"});
    return;
  }
  append_head(out, "Node", "v1", side, facts);
  append_all(
      out,
      {R"(,"spec":{"podCIDR":"10.244.1.0/24"},"status":{"capacity":{"cpu":"8","memory":"32782488Ki","pods":"110"},"allocatable":{"cpu":"7910m","memory":"30685336Ki","pods":"110"},"conditions":[{"type":"Ready","status":"True","lastHeartbeatTime":")",
       facts.time,
       R"(","reason":"KubeletReady","message":"kubelet is posting ready status"}],"nodeInfo":{"kernelVersion":"6.12.0","osImage":"Debian GNU/Linux 13","containerRuntimeVersion":"containerd://2.1.4","kubeletVersion":"v1.37.2","operatingSystem":"linux","architecture":"amd64"}}})"});
}

void append_secret(std::string& out, BodySide side, const BodyFacts& facts) {
  append_head(out, "Secret", "v1", side, facts);
  out += R"(,"data":{"password":")";
  append_suffix(out, scrambled(facts.object), 24);
  out += R"("},"type":"Opaque"})";
}

void append_config_map(std::string& out, BodySide side, const BodyFacts& facts) {
  append_head(out, "ConfigMap", "v1", side, facts);
  out += R"(,"data":{"config.yaml":"listen: 0.0.0.0:8080\n)";
  // Some are small, some hold a file.
  const std::uint64_t lines = 3 + scrambled(facts.object) % 60;
  for (std::uint64_t line = 0; line < lines; ++line) {
    out += "setting-";
    append_suffix(out, scrambled(facts.object + line), 6);
    out += ": \\\"on\\\"\\n";
  }
  out += R"("}})";
}

void append_core_event(std::string& out, BodySide side, const BodyFacts& facts) {
  append_head(out, "Event", "v1", side, facts);
  append_all(
      out,
      {R"(,"involvedObject":{"kind":"Pod","namespace":")", facts.ns, R"(","name":")", facts.name,
       R"("},"reason":"Pulled","message":"Container image \"registry.example.com/shop/app:1.42.0\" already present on machine","source":{"component":"kubelet"},"firstTimestamp":")",
       facts.time, R"(","lastTimestamp":")", facts.time,
       R"(","count":1,"type":"Normal","eventTime":null,"reportingComponent":"kubelet","reportingInstance":")",
       facts.actor, R"("})"});
}

void append_slice(std::string& out, BodySide side, const BodyFacts& facts) {
  append_head(out, "EndpointSlice", "discovery.k8s.io/v1", side, facts);
  out += R"(,"addressType":"IPv4","endpoints":[)";
  for (std::uint64_t i = 0; i < 3; ++i) {
    append_all(
        out,
        {i > 0 ? "," : "", R"({"addresses":["10.244.)", std::to_string(i + 1), ".",
         std::to_string(2 + scrambled(facts.object + i) % 250),
         R"("],"conditions":{"ready":true,"serving":true,"terminating":false},"nodeName":"node-00)",
         std::to_string(i + 1), R"("})"});
  }
  out += R"(],"ports":[{"name":"http","protocol":"TCP","port":8080}]})";
}

}  // namespace

void append_body(std::string& out, BodyKind kind, BodySide side, const BodyFacts& facts) {
  switch (kind) {
    case BodyKind::None:
      break;
    case BodyKind::Lease:
      append_head(out, "Lease", "coordination.k8s.io/v1", side, facts);
      append_lease(out, facts);
      break;
    case BodyKind::NodeStatus:
      append_node_status(out, side, facts);
      break;
    case BodyKind::PodStatus:
      append_all(
          out,
          {R"({"metadata":{"uid":"6f3d0c5e-0000-4000-8000-000000000000"},"status":{"$setElementOrder/conditions":[{"type":"PodReadyToStartContainers"},{"type":"Initialized"},{"type":"Ready"},{"type":"ContainersReady"},{"type":"PodScheduled"}],"conditions":[{"lastTransitionTime":")",
           facts.time,
           R"(","message":null,"reason":null,"status":"True","type":"Ready"}],"phase":"Running","podIP":"10.244.1.17"}})"});
      break;
    case BodyKind::Pod:
      append_head(out, "Pod", "v1", side, facts);
      append_all(out, {R"(,"spec":)", kPodSpec,
                       side == BodySide::Answer
                           ? R"(,"status":{"phase":"Pending","qosClass":"Burstable"}})"
                           : R"(,"status":{}})"});
      break;
    case BodyKind::Deployment:
      append_head(out, "Deployment", "apps/v1", side, facts);
      append_all(
          out,
          {R"(,"spec":{"replicas":3,"selector":{"matchLabels":{"app.kubernetes.io/name":")",
           app_name(facts.object), R"("}},"template":{"metadata":{},"spec":)", kPodSpec,
           R"(},"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}}},"status":{"observedGeneration":4,"replicas":3,"readyReplicas":3}})"});
      break;
    case BodyKind::ReplicaSet:
      append_head(out, "ReplicaSet", "apps/v1", side, facts);
      append_all(out,
                 {R"(,"spec":{"replicas":3,"selector":{"matchLabels":{"app.kubernetes.io/name":")",
                  app_name(facts.object), R"("}},"template":{"metadata":{},"spec":)", kPodSpec,
                  R"(}},"status":{"replicas":3,"readyReplicas":3,"observedGeneration":1}})"});
      break;
    case BodyKind::ConfigMap:
      append_config_map(out, side, facts);
      break;
    case BodyKind::Secret:
      append_secret(out, side, facts);
      break;
    case BodyKind::Event:
      append_core_event(out, side, facts);
      break;
    case BodyKind::EndpointSlice:
      append_slice(out, side, facts);
      break;
    case BodyKind::TokenRequest:
      append_head(out, "TokenRequest", "authentication.k8s.io/v1", side, facts);
      out +=
          R"(,"spec":{"audiences":["https://kubernetes.default.svc"],"expirationSeconds":3607,"boundObjectRef":null},"status":{"token":"","expirationTimestamp":null}})";
      break;
    case BodyKind::AccessReview:
      out +=
          R"({"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","metadata":{},"spec":{"resourceAttributes":{"namespace":"default","verb":"get","resource":"pods"}},"status":{"allowed":)";
      out += side == BodySide::Answer ? "true}}" : "false}}";
      break;
    case BodyKind::RoleBinding:
      append_head(out, "ClusterRoleBinding", "rbac.authorization.k8s.io/v1", side, facts);
      out +=
          R"(,"subjects":[{"kind":"ServiceAccount","name":"default","namespace":"default"}],"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"}})";
      break;
    case BodyKind::DeleteOptions:
      out +=
          R"({"kind":"DeleteOptions","apiVersion":"meta.k8s.io/__internal","propagationPolicy":"Background"})";
      break;
  }
}

}  // namespace kaudit::cli
