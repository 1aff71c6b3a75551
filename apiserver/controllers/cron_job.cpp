// The CronJob controller. (kube-controller-manager pkg/controller/cronjob)
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "apiserver/controllers/cron_times.hpp"
#include "apiserver/controllers/parts.hpp"
#include "apiserver/controllers/reconcile.hpp"
#include "apiserver/objects/tree/conditions.hpp"
#include "base/text/rfc3339.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::controllers {
namespace {

constexpr std::string_view kScheduledAt = "batch.kubernetes.io/cronjob-scheduled-timestamp";
constexpr std::string_view kInBackground =
    R"({"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background"})";

std::optional<CronTime> time_at(const Json& object, std::initializer_list<std::string_view> path) {
  const auto read = parse_rfc3339(text_at(object, path), TimeForm::Time);
  if (!read) return std::nullopt;
  return CronTime(std::chrono::seconds(read->seconds));
}

std::string text_of(CronTime time) {
  Timestamp stamp;
  stamp.seconds = time.time_since_epoch().count();
  return rfc3339_text(stamp);
}

bool has_finished(const Json& job) {
  return objects::condition_is_true(job, "Complete") || objects::condition_is_true(job, "Failed");
}

/// The latest time that was missed since the last one; nullopt: nothing is due.
std::optional<CronTime> due(const Json& cron) {
  const Json* suspended = at(cron, {"spec", "suspend"});
  if (suspended != nullptr && suspended->boolean() != nullptr && *suspended->boolean()) {
    return std::nullopt;
  }
  if (!is_known_zone(text_at(cron, {"spec", "timeZone"}))) return std::nullopt;
  const auto schedule = objects::validate::read_cron_schedule(text_at(cron, {"spec", "schedule"}));
  if (!schedule) return std::nullopt;
  auto since = time_at(cron, {"status", "lastScheduleTime"});
  if (!since) since = time_at(cron, {"metadata", "creationTimestamp"});
  if (!since) return std::nullopt;
  const CronTime now(std::chrono::seconds(Timestamp::now().seconds));
  const std::int64_t patience = number_at(cron, {"spec", "startingDeadlineSeconds"}, -1);
  if (patience >= 0) since = std::max(*since, now - std::chrono::seconds(patience));
  return latest_due(*schedule, *since, now);
}

Json job_of(const Json& cron, CronTime scheduled) {
  Json job = parsed(R"({"apiVersion":"batch/v1","kind":"Job","metadata":{}})");
  Json& metadata = *job.find("metadata");
  metadata.set("name", Json(std::string(meta(cron, "name")) + "-" +
                            std::to_string(scheduled.time_since_epoch().count() / 60)));
  metadata.set("namespace", Json(meta(cron, "namespace")));
  if (const Json* labels = at(cron, {"spec", "jobTemplate", "metadata", "labels"})) {
    metadata.set("labels", *labels);
  }
  Json annotations{Json::Object()};
  if (const Json* own = at(cron, {"spec", "jobTemplate", "metadata", "annotations"})) {
    annotations = *own;
  }
  annotations.set(kScheduledAt, Json(text_of(scheduled)));
  metadata.set("annotations", std::move(annotations));
  metadata.set("ownerReferences", owned_by(cron));
  job.set("spec", *at(cron, {"spec", "jobTemplate", "spec"}));
  return job;
}

Json reference_to(const Json& job) {
  Json reference = parsed(R"({"apiVersion":"batch/v1","kind":"Job"})");
  for (const char* member : {"name", "namespace", "resourceVersion", "uid"}) {
    reference.set(member, Json(meta(job, member)));
  }
  return reference;
}

/// Finished Jobs beyond what is kept of that kind, the oldest first.
std::vector<Json> beyond_history(const std::vector<Json>& jobs, std::string_view condition,
                                 std::int64_t kept) {
  std::vector<Json> finished;
  for (const Json& job : jobs) {
    if (objects::condition_is_true(job, condition)) finished.push_back(job);
  }
  std::ranges::stable_sort(finished, {}, [](const Json& job) {
    return std::string(text_at(job, {"status", "startTime"}));
  });
  const auto beyond = std::max<std::int64_t>(0, static_cast<std::int64_t>(finished.size()) - kept);
  finished.resize(static_cast<std::size_t>(beyond));
  return finished;
}

/// Of its Jobs, those that go on, as the status has them; and when the last one succeeded.
void note_jobs(const Json& cron, const std::vector<Json>& jobs, Json& status) {
  Json::Array active;
  if (const Json* before = at(cron, {"status", "active"}); before && before->array()) {
    for (const Json& entry : *before->array()) {
      const auto job = std::ranges::find_if(
          jobs, [&entry](const Json& one) { return meta(one, "uid") == entry.text("uid"); });
      if (job != jobs.end() && !has_finished(*job)) active.push_back(entry);
    }
  }
  status.set("active", Json(std::move(active)));
  std::string succeeded(text_at(cron, {"status", "lastSuccessfulTime"}));
  for (const Json& job : jobs) {
    if (!objects::condition_is_true(job, "Complete")) continue;
    succeeded = std::max(succeeded, std::string(text_at(job, {"status", "completionTime"})));
  }
  const std::string scheduled(text_at(cron, {"status", "lastScheduleTime"}));
  if (!scheduled.empty()) status.set("lastScheduleTime", Json(scheduled));
  if (!succeeded.empty()) status.set("lastSuccessfulTime", Json(succeeded));
}

}  // namespace

bool is_known_zone(std::string_view zone) noexcept {
  constexpr std::array<std::string_view, 5> kZones = {"", "UTC", "Etc/UTC", "GMT", "Etc/GMT"};
  return std::ranges::find(kZones, zone) != kZones.end();
}

awaitable<bool> reconcile_cron_job(Cluster& cluster, Json cron) {
  if (is_going(cron)) co_return true;
  const std::string user = controller("cronjob-controller");
  const std::vector<Json> jobs = co_await cluster.controlled_by(kJob, cron);
  Json status{Json::Object()};
  note_jobs(cron, jobs, status);
  Json::Array& active = *status.find("active")->array();
  auto scheduled = due(cron);
  const std::string_view policy = text_at(cron, {"spec", "concurrencyPolicy"});
  if (policy == "Forbid" && !active.empty()) scheduled.reset();
  if (scheduled && policy == "Replace") {
    for (const Json& job : jobs) {
      if (has_finished(job)) continue;
      const bool gone = co_await cluster.remove(user, job, std::string(kInBackground));
      if (!gone) co_return false;
    }
    active.clear();
  }
  if (scheduled) {
    Json job = job_of(cron, *scheduled);
    const std::string ns(meta(job, "namespace"));
    const std::string name(meta(job, "name"));
    auto made = co_await cluster.get(kJob, ns, name);
    if (!made) {
      const bool created = co_await cluster.create(user, std::move(job));
      if (!created) co_return false;
      made = co_await cluster.get(kJob, ns, name);
    }
    if (made && !has_finished(*made)) active.push_back(reference_to(*made));
    status.set("lastScheduleTime", Json(text_of(*scheduled)));
  }
  std::vector<Json> old =
      beyond_history(jobs, "Complete", number_at(cron, {"spec", "successfulJobsHistoryLimit"}, 3));
  std::ranges::move(
      beyond_history(jobs, "Failed", number_at(cron, {"spec", "failedJobsHistoryLimit"}, 1)),
      std::back_inserter(old));
  for (const Json& job : old) {
    const bool gone = co_await cluster.remove(user, job, std::string(kInBackground));
    if (!gone) co_return false;
  }
  if (status.find("active")->array()->empty()) status.erase("active");
  if (!set_status(cron, std::move(status))) co_return true;
  co_return co_await cluster.update(user, std::move(cron), "status");
}

}  // namespace kaudit::apiserver::controllers
