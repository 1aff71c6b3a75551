#include <algorithm>
#include <string>

#include "apiserver/objects/table/cell_functions.hpp"
#include "apiserver/objects/table/cell_text.hpp"
#include "apiserver/objects/tree/conditions.hpp"

namespace kaudit::apiserver::objects::table::cells {
namespace {

bool flag(const Json& object, std::string_view member) {
  const Json* value = object.find(member);
  return value != nullptr && value->boolean() != nullptr && *value->boolean();
}

/// How a container ended, where it says no reason.
std::string end_text(const Json& terminated) {
  if (const std::int64_t signal = number_at(terminated, ".signal"); signal != 0) {
    return "Signal:" + std::to_string(signal);
  }
  return "ExitCode:" + std::to_string(number_at(terminated, ".exitCode"));
}

/// What a walk over a pod's container statuses finds: the texts of three cells.
class PodWalk {
 public:
  explicit PodWalk(const Json& pod) : pod_(pod) {
    status_ = text_at(pod, ".status.reason");
    if (status_.empty()) status_ = text_at(pod, ".status.phase");
    const Json* scheduled = find_condition(pod, "PodScheduled");
    if (scheduled != nullptr && scheduled->text("reason") == "SchedulingGated") {
      status_ = "SchedulingGated";
    }
    total_ = count(at(pod, ".spec.containers"));
    for (const Json& container : items(at(pod, ".spec.initContainers"))) {
      total_ += container.text("restartPolicy") == "Always" ? 1U : 0U;
    }
    const bool initializing = walk_init_containers();
    if (!initializing || condition_is_true(pod, "Initialized")) walk_containers();
    mark_deleted();
  }

  std::string ready() const { return std::to_string(ready_) + "/" + std::to_string(total_); }
  const std::string& status() const { return status_; }
  std::string restarts(Timestamp now) const {
    std::string text = std::to_string(restarts_);
    if (restarts_ == 0 || last_restart_ == nullptr) return text;
    return text + " (" + age(last_restart_, now) + " ago)";
  }

 private:
  bool is_restartable(std::string_view name) const {
    return std::ranges::any_of(items(at(pod_, ".spec.initContainers")), [&](const Json& container) {
      return container.text("name") == name && container.text("restartPolicy") == "Always";
    });
  }

  void count_restarts(const Json& status) {
    restarts_ += number_at(status, ".restartCount");
    const Json* finished = at(status, ".lastState.terminated.finishedAt");
    std::int64_t later = 0;
    if (finished == nullptr) return;
    if (last_restart_ == nullptr ||
        (seconds_between(last_restart_, finished, later) && later > 0)) {
      last_restart_ = finished;
    }
  }

  /// True when initialization is going on.
  bool walk_init_containers() {
    std::size_t index = 0;
    for (const Json& status : items(at(pod_, ".status.initContainerStatuses"))) {
      const bool restartable = is_restartable(status.text("name"));
      count_restarts(status);
      const bool started = flag(status, "started");
      const Json* terminated = at(status, ".state.terminated");
      if (terminated != nullptr && number_at(*terminated, ".exitCode") == 0) {
        ++index;
        continue;
      }
      if (restartable && started) {
        if (flag(status, "ready")) ++ready_;
        ++index;
        continue;
      }
      status_ = "Init:" + init_text(status, terminated, index);
      return true;
    }
    return false;
  }

  std::string init_text(const Json& status, const Json* terminated, std::size_t index) const {
    if (terminated != nullptr) {
      const std::string reason = text_at(*terminated, ".reason");
      return reason.empty() ? end_text(*terminated) : reason;
    }
    std::string waiting = text_at(status, ".state.waiting.reason");
    if (!waiting.empty() && waiting != "PodInitializing") return waiting;
    return std::to_string(index) + "/" + std::to_string(count(at(pod_, ".spec.initContainers")));
  }

  void walk_containers() {
    restarts_ = 0;
    last_restart_ = nullptr;
    for (const Json& status : items(at(pod_, ".status.initContainerStatuses"))) {
      if (is_restartable(status.text("name"))) count_restarts(status);
    }
    bool running = false;
    const auto statuses = items(at(pod_, ".status.containerStatuses"));
    for (std::size_t i = statuses.size(); i-- > 0;) {
      const Json& status = statuses[i];
      count_restarts(status);
      const Json* terminated = at(status, ".state.terminated");
      const std::string waiting = text_at(status, ".state.waiting.reason");
      if (!waiting.empty()) {
        status_ = waiting;
      } else if (terminated != nullptr) {
        const std::string reason = text_at(*terminated, ".reason");
        status_ = reason.empty() ? end_text(*terminated) : reason;
      } else if (flag(status, "ready") && has(status, ".state.running")) {
        running = true;
        ++ready_;
      }
    }
    if (status_ == "Completed" && running) {
      status_ = condition_is_true(pod_, "Ready") ? "Running" : "NotReady";
    }
  }

  void mark_deleted() {
    if (!has(pod_, ".metadata.deletionTimestamp")) return;
    if (text_at(pod_, ".status.reason") == "NodeLost") {
      status_ = "Unknown";
      return;
    }
    const std::string phase = text_at(pod_, ".status.phase");
    if (phase != "Succeeded" && phase != "Failed") status_ = "Terminating";
  }

  const Json& pod_;
  std::string status_;
  std::size_t ready_ = 0;
  std::size_t total_ = 0;
  std::int64_t restarts_ = 0;
  const Json* last_restart_ = nullptr;
};

}  // namespace

Json pod_ready(const Row& row) { return Json(PodWalk(row.object).ready()); }

Json pod_status(const Row& row) { return Json(PodWalk(row.object).status()); }

Json pod_restarts(const Row& row) { return Json(PodWalk(row.object).restarts(row.now)); }

Json readiness_gates(const Row& row) {
  const auto gates = items(at(row.object, ".spec.readinessGates"));
  if (gates.empty()) return Json("<none>");
  const auto fulfilled = std::ranges::count_if(gates, [&](const Json& gate) {
    return condition_is_true(row.object, gate.text("conditionType"));
  });
  return Json(std::to_string(fulfilled) + "/" + std::to_string(gates.size()));
}

}  // namespace kaudit::apiserver::objects::table::cells
