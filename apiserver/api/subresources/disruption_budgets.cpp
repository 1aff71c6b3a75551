#include "apiserver/api/subresources/disruption_budgets.hpp"

#include <cstdint>
#include <optional>
#include <utility>

#include "apiserver/api/read/selector_object.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "base/text/integer.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

constexpr std::size_t kMostDisruptedPods = 2000;
constexpr std::string_view kCause = "DisruptionBudget";
constexpr std::string_view kWouldViolate =
    "Cannot evict pod as it would violate the pod's disruption budget.";

const objects::Resource& budgets() {
  return *objects::find_resource("policy", "v1", "poddisruptionbudgets");
}

std::int64_t number(const Json* object, std::string_view name) {
  const Json* member = object ? object->find(name) : nullptr;
  if (member == nullptr || member->number() == nullptr) return 0;
  return parse_int64(member->number()->text).value_or(0);
}

bool selects(const Json& budget, const objects::Object& pod) {
  const Json* spec = budget.find("spec");
  const Json* given = spec ? spec->find("selector") : nullptr;
  if (given == nullptr) return false;
  const auto selector = read_selector(*given);
  return selector && selector->matches([&pod](std::string_view key) {
    const std::string* value = pod.meta().label(key);
    return value ? std::optional<std::string_view>(*value) : std::nullopt;
  });
}

// The condition DisruptionAllowed, where the controller has set it to False with a message.
const Json* why_not(const Json* status) {
  const Json* conditions = status ? status->find("conditions") : nullptr;
  if (conditions == nullptr || conditions->array() == nullptr) return nullptr;
  for (const Json& condition : *conditions->array()) {
    if (condition.text("type") != "DisruptionAllowed") continue;
    const bool explains = condition.text("status") == "False" && !condition.text("message").empty();
    return explains ? &condition : nullptr;
  }
  return nullptr;
}

std::string why_none_is_left(std::string_view name, const Json* status) {
  const std::string budget = "The disruption budget " + std::string(name);
  const Json* condition = why_not(status);
  if (condition != nullptr && condition->text("reason") == "SyncFailed") {
    return budget + " does not allow evicting pods currently because it failed sync: " +
           std::string(condition->text("message"));
  }
  const std::int64_t desired = number(status, "desiredHealthy");
  const std::int64_t current = number(status, "currentHealthy");
  if (current <= desired) {
    return budget + " needs " + std::to_string(desired) + " healthy pods and has " +
           std::to_string(current) + " currently";
  }
  if (condition != nullptr) {
    return budget + " does not allow evicting pods currently (" +
           std::string(condition->text("reason")) + "): " + std::string(condition->text("message"));
  }
  return budget + " does not allow evicting pods currently";
}

audit::Status too_many_requests(std::string why, std::int32_t retry_after_seconds) {
  audit::Status status = failure(429, "TooManyRequests", kWouldViolate);
  status.details.emplace();
  status.details->retry_after_seconds = retry_after_seconds;
  status.details->causes.push_back({std::string(kCause), std::move(why), ""});
  return status;
}

audit::Status impossible(std::string_view name, std::string_view why, std::string_view in_short) {
  audit::Status status = forbidden(budgets(), name, why);
  // As a real server words it: the kind, and not its resource.
  status.message = "poddisruptionbudget.policy" +
                   status.message.substr(std::string("poddisruptionbudgets.policy").size());
  status.details->kind = "poddisruptionbudget";
  status.details->causes.push_back(
      {std::string(kCause),
       "The disruption budget " + std::string(name) +
           " does not allow evicting pods currently: " + std::string(in_short),
       ""});
  return status;
}

Expected<void> may_disrupt(std::string_view name, const Json& budget) {
  const Json* status = budget.find("status");
  if (number(status, "observedGeneration") < number(budget.find("metadata"), "generation")) {
    return tl::unexpected(budget_in_work(name));
  }
  const std::int64_t allowed = number(status, "disruptionsAllowed");
  if (allowed < 0) {
    return tl::unexpected(impossible(name, "pdb disruptions allowed is negative",
                                     "pdb disruptions allowed is negative"));
  }
  const Json* pods = status ? status->find("disruptedPods") : nullptr;
  if (pods != nullptr && pods->object() != nullptr && pods->object()->size() > kMostDisruptedPods) {
    return tl::unexpected(impossible(
        name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller",
        "too many pending evictions not confirmed by PDB controller"));
  }
  if (allowed == 0) return tl::unexpected(too_many_requests(why_none_is_left(name, status), 0));
  return {};
}

// The condition says at once what the controller would say of a budget with nothing left.
void set_insufficient(Json& status, const Json& budget) {
  Json* conditions = status.find("conditions");
  if (conditions == nullptr || conditions->array() == nullptr) {
    conditions = &status.set("conditions", Json(Json::Array()));
  }
  Json* found = nullptr;
  for (Json& condition : *conditions->array()) {
    if (condition.text("type") == "DisruptionAllowed") found = &condition;
  }
  if (found == nullptr) {
    conditions->array()->emplace_back(Json::Object());
    found = &conditions->array()->back();
    found->set("type", Json("DisruptionAllowed"));
  }
  if (found->text("status") != "False") {
    found->set("lastTransitionTime", Json(rfc3339_text(Timestamp::now())));
  }
  found->set("status", Json("False"));
  found->set("observedGeneration", Json(number(budget.find("status"), "observedGeneration")));
  found->set("reason", Json("InsufficientPods"));
  found->set("message", Json(""));
}

Json with_one_less(const Json& budget, std::string_view pod) {
  Json changed = budget;
  Json& status = *changed.find("status");
  const std::int64_t left = number(&status, "disruptionsAllowed") - 1;
  status.set("disruptionsAllowed", Json(left));
  if (left == 0) set_insufficient(status, budget);
  Json* pods = status.find("disruptedPods");
  if (pods == nullptr || pods->object() == nullptr) {
    pods = &status.set("disruptedPods", Json(Json::Object()));
  }
  pods->set(pod, Json(rfc3339_text(Timestamp::now())));
  return objects::canonical_object({"policy/v1", "PodDisruptionBudget"}, changed).value();
}

}  // namespace

audit::Status budget_in_work(std::string_view budget) {
  constexpr std::int32_t kAgainIn = 10;  // seconds
  return too_many_requests(
      "The disruption budget " + std::string(budget) + " is still being processed by the server.",
      kAgainIn);
}

bool spares_unready(const Json& budget) {
  const Json* spec = budget.find("spec");
  if (spec != nullptr && spec->text("unhealthyPodEvictionPolicy") == "AlwaysAllow") return true;
  const Json* status = budget.find("status");
  const std::int64_t desired = number(status, "desiredHealthy");
  return number(status, "currentHealthy") >= desired && desired > 0;
}

boost::asio::awaitable<Expected<std::vector<objects::ObjectPtr>>> budgets_of(
    const Call& call, const objects::Object& pod) {
  const store::ListRequest all{store_prefix(budgets(), call.ns), "", 0};
  const auto page = co_await call.store().list(all);
  if (!page) co_return tl::unexpected(refused(call, page.error()));
  std::vector<objects::ObjectPtr> selecting;
  for (const objects::ObjectPtr& budget : page->objects) {
    if (selects(budget->tree(), pod)) selecting.push_back(budget);
  }
  co_return selecting;
}

boost::asio::awaitable<Expected<void>> use_budget(const Call& call,
                                                  const objects::ObjectPtr& budget,
                                                  std::string_view pod, DryRun dry_run) {
  const Json tree = budget->tree();
  const std::string& name = budget->meta().name;
  if (auto allowed = may_disrupt(name, tree); !allowed) co_return allowed;
  if (dry_run == DryRun::All) co_return Expected<void>();
  const std::string key = store_prefix(budgets(), call.ns) + name;
  const auto stored = co_await call.store().update(key, store::Draft(with_one_less(tree, pod)),
                                                   budget->meta().resource_version);
  if (stored) co_return Expected<void>();
  Call of_budget = call;
  of_budget.name = name;
  co_return tl::unexpected(refused(of_budget, stored.error()));
}

}  // namespace kaudit::apiserver::api
