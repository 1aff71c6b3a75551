// The job controller. (kube-controller-manager pkg/controller/job)
#include <algorithm>
#include <utility>

#include "apiserver/controllers/parts.hpp"
#include "apiserver/controllers/reconcile.hpp"
#include "apiserver/objects/tree/conditions.hpp"

namespace kaudit::apiserver::controllers {
namespace {

std::int64_t pods_in_phase(const std::vector<Json>& pods, std::string_view phase) {
  return std::count_if(pods.begin(), pods.end(), [phase](const Json& pod) {
    return text_at(pod, {"status", "phase"}) == phase;
  });
}

bool is_true(const Json* value) {
  return value != nullptr && value->boolean() != nullptr && *value->boolean();
}

Json job_pod(const Json& job, std::int64_t index) {
  Json pod = pod_of(job, *at(job, {"spec", "template"}));
  if (text_at(job, {"spec", "completionMode"}) != "Indexed") return pod;
  Json& metadata = *pod.find("metadata");
  const std::string number = std::to_string(index);
  metadata.set("generateName", Json(std::string(meta(job, "name")) + "-" + number + "-"));
  for (const char* part : {"labels", "annotations"}) {
    Json all{Json::Object()};
    if (const Json* there = metadata.find(part)) all = *there;
    all.set("batch.kubernetes.io/job-completion-index", Json(number));
    metadata.set(part, std::move(all));
  }
  return pod;
}

}  // namespace

awaitable<bool> reconcile_job(Cluster& cluster, Json job) {
  if (is_going(job) || objects::condition_is_true(job, "Complete") ||
      objects::condition_is_true(job, "Failed")) {
    co_return true;
  }
  const std::string user = controller("job-controller");
  const bool suspended = is_true(at(job, {"spec", "suspend"}));
  const std::int64_t parallel = number_at(job, {"spec", "parallelism"}, 1);
  // Without completions one success is enough.
  const std::int64_t wanted =
      number_at(job, {"spec", "completions"}, std::min<std::int64_t>(1, parallel));
  std::vector<Json> pods = co_await cluster.controlled_by(kPod, job);
  const std::int64_t succeeded = pods_in_phase(pods, "Succeeded");
  const std::int64_t failed = pods_in_phase(pods, "Failed");
  auto active = static_cast<std::int64_t>(pods.size()) - succeeded - failed;
  if (!suspended && parallel > 0) {
    auto next = static_cast<std::int64_t>(pods.size()) - failed;
    for (; active < parallel && succeeded + active < wanted; ++active) {
      Json pod = job_pod(job, next++);
      const bool made = co_await cluster.create(user, std::move(pod));
      if (!made) co_return false;
    }
  }
  const bool done = succeeded >= wanted && !suspended && parallel > 0;
  Json status{Json::Object()};
  Json::Array conditions;
  if (done) {
    conditions.push_back(condition(job, "SuccessCriteriaMet", "CompletionsReached",
                                   "Reached expected number of succeeded pods"));
    conditions.push_back(condition(job, "Complete", "CompletionsReached",
                                   "Reached expected number of succeeded pods"));
  } else if (suspended) {
    conditions.push_back(condition(job, "Suspended", "JobSuspended", "Job suspended"));
  }
  if (!conditions.empty()) status.set("conditions", Json(std::move(conditions)));
  const Json* started = at(job, {"status", "startTime"});
  if (!suspended) status.set("startTime", started == nullptr ? Json(now_text()) : *started);
  if (done) status.set("completionTime", Json(now_text()));
  if (active != 0) status.set("active", count(active));
  if (succeeded != 0) status.set("succeeded", count(succeeded));
  if (failed != 0) status.set("failed", count(failed));
  status.set("uncountedTerminatedPods", Json(Json::Object()));
  status.set("ready", count(0));
  status.set("terminating", count(0));
  if (!set_status(job, std::move(status))) co_return true;
  co_return co_await cluster.update(user, std::move(job), "status");
}

}  // namespace kaudit::apiserver::controllers
