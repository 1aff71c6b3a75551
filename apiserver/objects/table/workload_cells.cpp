#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "apiserver/objects/table/cell_functions.hpp"
#include "apiserver/objects/table/cell_text.hpp"
#include "apiserver/objects/tree/conditions.hpp"
#include "base/text/ascii.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::objects::table::cells {
namespace {

std::string or_else(const std::string& text, std::string_view otherwise) {
  return text.empty() ? std::string(otherwise) : text;
}

/// A quantity or number, as text.
std::string amount_text(const Json* value, std::string_view missing) {
  if (value == nullptr) return std::string(missing);
  if (value->number()) return value->number()->text;
  return std::string(value->string() ? value->string()->view() : missing);
}

/// The member of a metric or of its status that its type names: `Pods` -> `.pods`.
std::string member_of_type(std::string_view type) {
  std::string member(".");
  member += type;
  member[1] = to_lower(member[1]);
  return member;
}

/// One metric of an autoscaler beside its current value.
std::string metric_text(const Json& metric, const Json* current) {
  const std::string type(metric.text("type"));
  const std::string base = member_of_type(type);
  const Json nothing;
  const Json& now = current != nullptr ? *current : nothing;
  const bool of_resource = type == "Resource" || type == "ContainerResource";
  if (of_resource) {
    const std::string name = text_at(metric, base + ".name");
    if (has(metric, base + ".target.averageValue")) {
      return name + ": " + amount_text(at(now, base + ".current.averageValue"), "<unknown>") + "/" +
             amount_text(at(metric, base + ".target.averageValue"), "");
    }
    const Json* used = at(now, base + ".current.averageUtilization");
    const Json* wanted = at(metric, base + ".target.averageUtilization");
    return name + ": " + (used != nullptr ? amount_text(used, "") + "%" : "<unknown>") + "/" +
           (wanted != nullptr ? amount_text(wanted, "") + "%" : "<auto>");
  }
  if (type == "Pods") {
    return amount_text(at(now, base + ".current.averageValue"), "<unknown>") + "/" +
           amount_text(at(metric, base + ".target.averageValue"), "");
  }
  if (has(metric, base + ".target.averageValue")) {
    return amount_text(at(now, base + ".current.averageValue"), "<unknown>") + "/" +
           amount_text(at(metric, base + ".target.averageValue"), "") + " (avg)";
  }
  return amount_text(at(now, base + ".current.value"), "<unknown>") + "/" +
         amount_text(at(metric, base + ".target.value"), "");
}

/// autoscaling/v1 has one target, a percentage of the CPU.
std::string cpu_target(const Json& object) {
  const Json* used = at(object, ".status.currentCPUUtilizationPercentage");
  const Json* wanted = at(object, ".spec.targetCPUUtilizationPercentage");
  if (wanted == nullptr) return "<none>";
  return "cpu: " + (used != nullptr ? amount_text(used, "") + "%" : std::string("<unknown>")) +
         "/" + amount_text(wanted, "") + "%";
}

}  // namespace

Json job_status(const Row& row) {
  const auto is = [&](const char* type) { return condition_is_true(row.object, type); };
  if (is("Complete")) return Json("Complete");
  if (is("Failed")) return Json("Failed");
  if (has(row.object, ".metadata.deletionTimestamp")) return Json("Terminating");
  if (is("Suspended")) return Json("Suspended");
  if (is("FailureTarget")) return Json("FailureTarget");
  return Json("Running");
}

Json job_completions(const Row& row) {
  const std::string succeeded = text_or_zero(at(row.object, ".status.succeeded"));
  if (has(row.object, ".spec.completions")) {
    return Json(succeeded + "/" + text_or_zero(at(row.object, ".spec.completions")));
  }
  const std::int64_t parallelism = number_at(row.object, ".spec.parallelism");
  if (parallelism > 1) return Json(succeeded + "/1 of " + std::to_string(parallelism));
  return Json(succeeded + "/1");
}

Json job_duration(const Row& row) {
  const Json* start = at(row.object, ".status.startTime");
  const Json* end = at(row.object, ".status.completionTime");
  std::int64_t seconds = 0;
  const bool known = end != nullptr ? seconds_between(start, end, seconds)
                                    : seconds_since(start, row.now, seconds);
  return Json(known ? human_duration(seconds) : "");
}

Json last_schedule(const Row& row) {
  const Json* time = at(row.object, ".status.lastScheduleTime");
  return Json(time != nullptr ? age(time, row.now) : "<none>");
}

Json controller_owner(const Row& row) {
  for (const Json& owner : items(at(row.object, ".metadata.ownerReferences"))) {
    const Json* controls = owner.find("controller");
    if (controls == nullptr || controls->boolean() == nullptr || !*controls->boolean()) continue;
    std::string kind = lower_case(owner.text("kind"));
    const std::string_view version = owner.text("apiVersion");
    const std::size_t slash = version.find('/');
    if (slash != std::string_view::npos) kind.append(".").append(version.substr(0, slash));
    return Json(kind.append("/").append(owner.text("name")));
  }
  return Json("<none>");
}

Json hpa_targets(const Row& row) {
  const auto metrics = items(at(row.object, ".spec.metrics"));
  if (metrics.empty()) return Json(cpu_target(row.object));
  const auto current = items(at(row.object, ".status.currentMetrics"));
  constexpr std::size_t kShown = 2;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < metrics.size() && i < kShown; ++i) {
    texts.push_back(metric_text(metrics[i], i < current.size() ? &current[i] : nullptr));
  }
  std::string text = joined(texts, ", ");
  if (metrics.size() > kShown) text += " + " + std::to_string(metrics.size() - kShown) + " more...";
  return Json(or_else(text, "<none>"));
}

Json selector_text(const Row& row) {
  return Json(table::selector_text(at(row.object, ".spec.selector"), ""));
}

}  // namespace kaudit::apiserver::objects::table::cells
