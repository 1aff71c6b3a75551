#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "apiserver/objects/table/cell_functions.hpp"
#include "apiserver/objects/table/cell_text.hpp"
#include "apiserver/objects/tree/conditions.hpp"
#include "base/text/ascii.hpp"
#include "base/text/list.hpp"
#include "base/text/trim.hpp"

namespace kaudit::apiserver::objects::table::cells {
namespace {

/// core/v1 Events and those of events.k8s.io name the same things differently.
const Json* member_of_either(const Json& event, std::string_view core, std::string_view events) {
  const Json* value = at(event, core);
  return value != nullptr ? value : at(event, events);
}

std::string text_or_empty(const Json* value) {
  return value != nullptr && value->string() ? *value->string() : "";
}

Json subjects(const Row& row, std::string_view kind) {
  std::vector<std::string> names;
  for (const Json& subject : items(at(row.object, ".subjects"))) {
    if (subject.text("kind") != kind) continue;
    std::string name;
    if (kind == "ServiceAccount") name.append(subject.text("namespace")).append("/");
    names.push_back(name.append(subject.text("name")));
  }
  return Json(joined(names, ", "));
}

enum class QuotaPart { Requests, Limits };

Json quota(const Row& row, QuotaPart part) {
  std::vector<std::string> texts;
  const Json* hard = at(row.object, ".status.hard");
  const Json* used = at(row.object, ".status.used");
  if (count(hard) > 0 && hard->object()) {
    for (const Json::Member& member : *hard->object()) {
      const bool is_limit = member.name.starts_with("limits.");
      if (is_limit != (part == QuotaPart::Limits)) continue;
      const Json* use = used ? used->find(member.name) : nullptr;
      texts.push_back(member.name + ": " + text_or_zero(use) + "/" + text_or_zero(&member.value));
    }
  }
  std::ranges::sort(texts);
  return Json(joined(texts, ", "));
}

const Json* healthy(const Json& object) {
  for (const Json& entry : items(at(object, ".conditions"))) {
    if (entry.text("type") == "Healthy") return &entry;
  }
  return nullptr;
}

}  // namespace

Json node_status(const Row& row) {
  const Json* ready = find_condition(row.object, "Ready");
  std::string text = "Unknown";
  if (ready != nullptr) text = ready->text("status") == "True" ? "Ready" : "NotReady";
  const Json* unschedulable = at(row.object, ".spec.unschedulable");
  if (unschedulable != nullptr && unschedulable->boolean() && *unschedulable->boolean()) {
    text += ",SchedulingDisabled";
  }
  return Json(text);
}

Json node_roles(const Row& row) {
  constexpr std::string_view kRole = "node-role.kubernetes.io/";
  std::vector<std::string> roles;
  const Json* labels = at(row.object, ".metadata.labels");
  if (labels != nullptr && labels->object()) {
    for (const Json::Member& label : *labels->object()) {
      const std::string value = text_or_empty(&label.value);
      if (label.name.starts_with(kRole) && label.name.size() > kRole.size()) {
        roles.emplace_back(label.name.substr(kRole.size()));
      }
      if (label.name == "kubernetes.io/role" && !value.empty()) roles.push_back(value);
    }
  }
  if (roles.empty()) return Json("<none>");
  std::ranges::sort(roles);
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  return Json(joined(roles, ","));
}

Json event_first_seen(const Row& row) {
  const Json* first = member_of_either(row.object, ".firstTimestamp", ".deprecatedFirstTimestamp");
  const bool known = first != nullptr && !first->is_null();
  return Json(age(known ? first : at(row.object, ".eventTime"), row.now));
}

Json event_last_seen(const Row& row) {
  if (has(row.object, ".series")) {
    return Json(age(at(row.object, ".series.lastObservedTime"), row.now));
  }
  const Json* last = member_of_either(row.object, ".lastTimestamp", ".deprecatedLastTimestamp");
  if (last == nullptr || last->is_null()) return event_first_seen(row);
  return Json(age(last, row.now));
}

Json event_count(const Row& row) {
  const std::int64_t count = has(row.object, ".series") ? number_at(row.object, ".series.count")
                             : has(row.object, ".count")
                                 ? number_at(row.object, ".count")
                                 : number_at(row.object, ".deprecatedCount");
  return Json(count == 0 ? std::int64_t{1} : count);
}

Json event_object(const Row& row) {
  const Json* object = member_of_either(row.object, ".involvedObject", ".regarding");
  if (object == nullptr) return Json("");
  std::string text = lower_case(object->text("kind"));
  if (!object->text("name").empty()) text.append("/").append(object->text("name"));
  return Json(text);
}

Json event_source(const Row& row) {
  const auto first_of = [&](const char* core, const char* events, const char* reporting) {
    std::string text = text_or_empty(member_of_either(row.object, core, events));
    return text.empty() ? text_at(row.object, reporting) : text;
  };
  const std::string component =
      first_of(".source.component", ".deprecatedSource.component", ".reportingComponent");
  std::string text = component.empty() ? text_at(row.object, ".reportingController") : component;
  const std::string host = first_of(".source.host", ".deprecatedSource.host", ".reportingInstance");
  return Json(host.empty() ? text : text.append(", ").append(host));
}

Json event_subobject(const Row& row) {
  return Json(text_or_empty(
      member_of_either(row.object, ".involvedObject.fieldPath", ".regarding.fieldPath")));
}

Json event_message(const Row& row) {
  return Json(trim_space(text_or_empty(member_of_either(row.object, ".message", ".note"))));
}

Json subject_users(const Row& row) { return subjects(row, "User"); }
Json subject_groups(const Row& row) { return subjects(row, "Group"); }
Json subject_service_accounts(const Row& row) { return subjects(row, "ServiceAccount"); }

Json quota_requests(const Row& row) { return quota(row, QuotaPart::Requests); }
Json quota_limits(const Row& row) { return quota(row, QuotaPart::Limits); }

Json csr_duration(const Row& row) {
  return Json(has(row.object, ".spec.expirationSeconds")
                  ? human_duration(number_at(row.object, ".spec.expirationSeconds"))
                  : "<none>");
}

Json csr_condition(const Row& row) {
  std::string text = "Pending";
  if (find_condition(row.object, "Denied") != nullptr) {
    text = "Denied";
  } else if (find_condition(row.object, "Approved") != nullptr) {
    text = "Approved";
  }
  if (find_condition(row.object, "Failed") != nullptr) text += ",Failed";
  if (!text_at(row.object, ".status.certificate").empty()) text += ",Issued";
  return Json(text);
}

Json param_kind(const Row& row) {
  const Json* kind = at(row.object, ".spec.paramKind");
  if (kind == nullptr || kind->is_null()) return Json("<unset>");
  return Json(std::string(kind->text("apiVersion")).append("/").append(kind->text("kind")));
}

Json param_ref(const Row& row) {
  const Json* reference = at(row.object, ".spec.paramRef");
  if (reference == nullptr || reference->is_null()) return Json("<unset>");
  if (reference->text("name").empty()) {
    return Json(table::selector_text(reference->find("selector"), ""));
  }
  const std::string_view ns = reference->text("namespace");
  return Json(std::string(ns.empty() ? "*" : ns).append("/").append(reference->text("name")));
}

Json api_service(const Row& row) {
  const Json* service = at(row.object, ".spec.service");
  if (service == nullptr || service->is_null()) return Json("Local");
  return Json(std::string(service->text("namespace")).append("/").append(service->text("name")));
}

Json api_available(const Row& row) {
  const Json* available = find_condition(row.object, "Available");
  if (available == nullptr) return Json("Unknown");
  const std::string status(available->text("status"));
  const std::string_view reason = available->text("reason");
  if (status == "True" || reason.empty()) return Json(status);
  return Json(status + " (" + std::string(reason) + ")");
}

Json dangling_condition(const Row& row) {
  const Json* dangling = find_condition(row.object, "Dangling");
  return Json(dangling == nullptr ? "?" : dangling->text("status"));
}

Json component_status(const Row& row) {
  const Json* entry = healthy(row.object);
  if (entry == nullptr) return Json("Unknown");
  if (entry->text("status") == "True") return Json("Healthy");
  return Json(entry->text("status") == "False" ? "Unhealthy" : "Unknown");
}

Json component_message(const Row& row) {
  const Json* entry = healthy(row.object);
  return Json(entry == nullptr ? "" : entry->text("message"));
}

Json component_error(const Row& row) {
  const Json* entry = healthy(row.object);
  return Json(entry == nullptr ? "" : entry->text("error"));
}

}  // namespace kaudit::apiserver::objects::table::cells
