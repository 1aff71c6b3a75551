// What scheduler and kubelet do with a Pod, in one step each. (kube-scheduler; kubelet
// pkg/kubelet/status)
#include <utility>

#include "apiserver/controllers/parts.hpp"
#include "apiserver/controllers/reconcile.hpp"

namespace kaudit::apiserver::controllers {
namespace {

constexpr std::string_view kHostAddress = "192.0.2.10";  // RFC 5737: nobody's

Json plain_condition(std::string_view type) {
  Json made{Json::Object()};
  made.set("type", Json(type));
  made.set("status", Json("True"));
  made.set("lastProbeTime", Json());
  made.set("lastTransitionTime", Json(now_text()));
  return made;
}

std::string address_of(std::string_view uid) {
  std::uint32_t sum = 0;
  for (const char c : uid) sum = sum * 31 + static_cast<unsigned char>(c);
  return "10.244." + std::to_string(sum / 251 % 251) + "." + std::to_string(sum % 251 + 2);
}

Json container_status(const Json& container, bool completed) {
  Json state{Json::Object()};
  if (completed) {
    Json terminated = parsed(R"({"exitCode":0,"reason":"Completed"})");
    terminated.set("startedAt", Json(now_text()));
    terminated.set("finishedAt", Json(now_text()));
    state.set("terminated", std::move(terminated));
  } else {
    Json running{Json::Object()};
    running.set("startedAt", Json(now_text()));
    state.set("running", std::move(running));
  }
  Json status{Json::Object()};
  status.set("name", Json(container.text("name")));
  status.set("state", std::move(state));
  status.set("ready", Json(!completed));
  status.set("restartCount", count(0));
  status.set("image", Json(container.text("image")));
  status.set("imageID", Json("docker.io/library/kaudit@sha256:" + std::string(64, '0')));
  status.set("started", Json(!completed));
  return status;
}

Json container_statuses(const Json& pod, std::string_view list, bool completed) {
  Json::Array statuses;
  const Json* containers = at(pod, {"spec", list});
  if (containers != nullptr && containers->array() != nullptr) {
    for (const Json& one : *containers->array()) {
      // A sidecar among the init containers goes on as long as the others.
      const bool sidecar = one.text("restartPolicy") == "Always";
      statuses.push_back(
          container_status(one, list == "initContainers" && !sidecar ? true : completed));
    }
  }
  return Json(std::move(statuses));
}

Json started_status(const Json& pod, bool completed) {
  Json::Array conditions;
  for (const char* type :
       {"PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady"}) {
    Json one = plain_condition(type);
    const bool of_running = std::string_view(type) != "Initialized";
    if (completed && of_running) {
      one.set("status", Json("False"));
      if (std::string_view(type) != "PodReadyToStartContainers") {
        one.set("reason", Json("PodCompleted"));
      }
    } else if (completed) {
      one.set("reason", Json("PodCompleted"));
    }
    conditions.push_back(std::move(one));
  }
  conditions.push_back(plain_condition("PodScheduled"));
  // What others have to say of it is theirs (readiness gates).
  Json status{Json::Object()};
  status.set("phase", Json(completed ? "Succeeded" : "Running"));
  status.set("conditions", Json(std::move(conditions)));
  status.set("hostIP", Json(kHostAddress));
  status.set("hostIPs", parsed(R"([{"ip":"192.0.2.10"}])"));
  const std::string address = address_of(meta(pod, "uid"));
  status.set("podIP", Json(address));
  Json ip{Json::Object()};
  ip.set("ip", Json(address));
  status.set("podIPs", Json(Json::Array{std::move(ip)}));
  status.set("startTime", Json(now_text()));
  for (const auto& [of, in] : {std::pair{"initContainers", "initContainerStatuses"},
                               std::pair{"containers", "containerStatuses"}}) {
    Json statuses = container_statuses(pod, of, completed);
    if (!statuses.array()->empty()) status.set(in, std::move(statuses));
  }
  return status;
}

awaitable<bool> schedule(Cluster& cluster, Json pod) {
  const Json* gates = at(pod, {"spec", "schedulingGates"});
  if (gates != nullptr && gates->array() != nullptr && !gates->array()->empty()) co_return true;
  const std::string_view scheduler = text_at(pod, {"spec", "schedulerName"});
  if (!scheduler.empty() && scheduler != "default-scheduler") co_return true;
  const std::vector<Json> nodes = co_await cluster.list(kNode, "");
  for (const Json& node : nodes) {
    const Json* closed = at(node, {"spec", "unschedulable"});
    if (closed != nullptr && closed->boolean() != nullptr && *closed->boolean()) continue;
    std::string name(meta(node, "name"));
    co_return co_await cluster.bind(std::move(pod), std::move(name));
  }
  co_return true;  // it waits for a Node, whose coming is a change
}

}  // namespace

awaitable<bool> reconcile_pod(Cluster& cluster, Json pod) {
  const std::string node(text_at(pod, {"spec", "nodeName"}));
  if (node.empty()) {
    if (is_going(pod)) co_return true;
    co_return co_await schedule(cluster, std::move(pod));
  }
  const std::string user = "system:node:" + node;
  if (is_going(pod)) {
    std::string options =
        R"({"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0,"preconditions":{"uid":)" +
        Json(meta(pod, "uid")).dump() + "}}";
    co_return co_await cluster.remove(user, std::move(pod), std::move(options));
  }
  const std::string_view phase = text_at(pod, {"status", "phase"});
  if (!phase.empty() && phase != "Pending") co_return true;
  Json change{Json::Object()};
  Json metadata{Json::Object()};
  metadata.set("uid", Json(meta(pod, "uid")));
  change.set("metadata", std::move(metadata));
  change.set("status", started_status(pod, ends_by_itself(pod)));
  co_return co_await cluster.patch(user, std::move(pod), "status", std::move(change));
}

awaitable<bool> register_node(Cluster& cluster) {
  const std::vector<Json> nodes = co_await cluster.list(kNode, "");
  if (!nodes.empty()) co_return true;
  Json node = parsed(R"({"kind":"Node","apiVersion":"v1","metadata":{"labels":{
    "beta.kubernetes.io/arch":"amd64","beta.kubernetes.io/os":"linux",
    "kubernetes.io/arch":"amd64","kubernetes.io/os":"linux"}}})");
  node.find("metadata")->set("name", Json(kNodeName));
  node.find("metadata")->find("labels")->set("kubernetes.io/hostname", Json(kNodeName));
  const std::string user = "system:node:" + std::string(kNodeName);
  const bool made = co_await cluster.create(user, node);
  if (!made) co_return false;
  Json ready = plain_condition("Ready");
  ready.erase("lastProbeTime");
  ready.set("lastHeartbeatTime", Json(now_text()));
  ready.set("reason", Json("KubeletReady"));
  ready.set("message", Json("kubelet is posting ready status"));
  Json change = parsed(R"({"status":{
    "capacity":{"cpu":"4","memory":"16Gi","pods":"110"},
    "allocatable":{"cpu":"4","memory":"16Gi","pods":"110"},
    "addresses":[{"type":"InternalIP","address":"192.0.2.10"}]}})");
  change.find("status")->set("conditions", Json(Json::Array{std::move(ready)}));
  co_return co_await cluster.patch(user, std::move(node), "status", std::move(change));
}

}  // namespace kaudit::apiserver::controllers
