#include "apiserver/admission/service_account.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "apiserver/api/delete/owner_index.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/write/object_names.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/tree/object_in.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::admission {
namespace {

using boost::asio::awaitable;
using objects::Json;
namespace read = objects::validate;

constexpr std::string_view kMountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
constexpr std::string_view kMirrorAnnotation = "kubernetes.io/config.mirror";
constexpr std::int64_t kTokenFileMode = 0644;

// The token, the CA and the namespace, as one volume. (tokenVolumeSource)
constexpr std::string_view kSources =
    R"([{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},)"
    R"({"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},)"
    R"({"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"apiVersion":"v1",)"
    R"("fieldPath":"metadata.namespace"}}]}}])";

Json::Array& list_in(Json& parent, std::string_view name) {
  Json* list = parent.find(name);
  if (list == nullptr || list->array() == nullptr) list = &parent.set(name, Json(Json::Array()));
  return *list->array();
}

bool automounts(const Json& spec, const Json& account) {
  constexpr std::string_view kMember = "automountServiceAccountToken";
  for (const Json* object : {&spec, &account}) {
    const Json* wanted = object->find(kMember);
    if (wanted != nullptr && wanted->boolean() != nullptr) return *wanted->boolean();
  }
  return true;
}

bool has_mount(const Json& container) {
  const auto mounts = read::items(&container, "volumeMounts");
  return std::any_of(mounts.begin(), mounts.end(), [](const Json& mount) {
    return read::text(&mount, "mountPath") == kMountPath;
  });
}

// The volume is only made when a container wants it.
void mount_token(Json& spec) {
  const std::string name = api::generated_name("kube-api-access-");
  bool mounted = false;
  for (const std::string_view list : {"initContainers", "containers"}) {
    Json* containers = spec.find(list);
    if (containers == nullptr || containers->array() == nullptr) continue;
    for (Json& container : *containers->array()) {
      if (has_mount(container)) continue;
      Json mount{Json::Object()};
      mount.set("name", Json(name));
      mount.set("readOnly", Json(true));
      mount.set("mountPath", Json(kMountPath));
      list_in(container, "volumeMounts").push_back(std::move(mount));
      mounted = true;
    }
  }
  if (!mounted) return;
  Json volume{Json::Object()};
  volume.set("name", Json(name));
  Json& projected = volume.set("projected", Json(Json::Object()));
  projected.set("sources", Json::parse(kSources).value());
  projected.set("defaultMode", Json(kTokenFileMode));
  list_in(spec, "volumes").push_back(std::move(volume));
}

}  // namespace

awaitable<api::Expected<void>> mount_service_account(api::AdmissionRequest& request) {
  const api::Call& call = request.call;
  Json& pod = *request.object;
  Json& spec = objects::object_in(pod, "spec");
  const Json* annotations = pod.find("metadata")->find("annotations");
  // A Pod that a kubelet reports has no account.
  if (annotations != nullptr && annotations->find(kMirrorAnnotation) != nullptr) {
    co_return api::Expected<void>();
  }
  if (spec.text("serviceAccountName").empty()) spec.set("serviceAccountName", Json("default"));
  const std::string name(spec.text("serviceAccountName"));
  spec.set("serviceAccount", Json(name));
  const objects::Resource& accounts = *objects::find_resource("", "v1", "serviceaccounts");
  const auto found = co_await call.store().get(api::store_prefix(accounts, call.ns) + name);
  if (!found) {
    std::string_view shown = pod.find("metadata")->text("name");
    if (shown.empty()) shown = pod.find("metadata")->text("generateName");
    co_return tl::unexpected(api::forbidden(call.resource, shown,
                                            "error looking up service account " + call.ns + "/" +
                                                name + ": serviceaccount " + go_quoted(name) +
                                                " not found"));
  }
  const Json account = (*found)->tree();
  if (automounts(spec, account)) mount_token(spec);
  const auto secrets = read::items(&account, "imagePullSecrets");
  if (read::items(&spec, "imagePullSecrets").empty() && !secrets.empty()) {
    spec.set("imagePullSecrets", Json(Json::Array(secrets.begin(), secrets.end())));
  }
  auto ordered = objects::canonical_object(request.kind, pod);
  if (!ordered) co_return tl::unexpected(api::bad_request(ordered.error().message));
  pod = *std::move(ordered);
  co_return api::Expected<void>();
}

}  // namespace kaudit::apiserver::admission
