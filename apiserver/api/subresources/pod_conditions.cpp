#include "apiserver/api/subresources/pod_conditions.hpp"

#include <utility>

#include "apiserver/objects/tree/conditions.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

Json* conditions_of(Json& pod) {
  Json* status = pod.find("status");
  if (status == nullptr || !status->object()) status = &pod.set("status", Json(Json::Object()));
  Json* conditions = status->find("conditions");
  if (conditions == nullptr || !conditions->array()) {
    conditions = &status->set("conditions", Json(Json::Array()));
  }
  return conditions;
}

}  // namespace

void set_pod_condition(Json& pod, const PodCondition& condition) {
  Json::Array& conditions = *conditions_of(pod)->array();
  Json* found = nullptr;
  for (Json& each : conditions) {
    if (each.text("type") == condition.type) found = &each;
  }
  Json next{Json::Object()};
  next.set("type", Json(condition.type));
  next.set("status", Json("True"));
  const Json* since = found != nullptr && found->text("status") == "True"
                          ? found->find("lastTransitionTime")
                          : nullptr;
  next.set("lastTransitionTime", since ? *since : Json(rfc3339_text(Timestamp::now())));
  if (!condition.reason.empty()) next.set("reason", Json(condition.reason));
  if (!condition.message.empty()) next.set("message", Json(condition.message));
  if (found != nullptr) {
    *found = std::move(next);
  } else {
    conditions.push_back(std::move(next));
  }
}

bool is_ready_pod(const Json& pod) { return objects::condition_is_true(pod, "Ready"); }

}  // namespace kaudit::apiserver::api
