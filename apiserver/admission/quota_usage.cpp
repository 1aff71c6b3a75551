#include "apiserver/admission/quota_usage.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/versions/versions.hpp"

namespace kaudit::apiserver::admission {
namespace {

using objects::Json;
using objects::Resource;
namespace read = objects::validate;

constexpr std::string_view kCountPrefix = "count/";
constexpr std::string_view kStorageClass = ".storageclass.storage.k8s.io/";
// Counted under their own names as well, as it was before there was `count/`.
constexpr std::array<std::string_view, 4> kPlainlyCounted{"configmaps", "resourcequotas",
                                                          "replicationcontrollers", "secrets"};
// What a Pod that is limited in it has to say of each container.
constexpr std::array<std::string_view, 6> kMustBeSaid{"cpu",    "limits.cpu",   "limits.memory",
                                                      "memory", "requests.cpu", "requests.memory"};

bool is_core(const Resource& resource, std::string_view name) noexcept {
  return resource.group.empty() && resource.name == name;
}

Amounts compute(const Amounts& requests, const Amounts& limits) {
  Amounts amounts;
  for (const std::string_view name : {"cpu", "memory", "ephemeral-storage"}) {
    if (const auto found = requests.find(name); found != requests.end()) {
      amounts[std::string(name)] = found->second;
      amounts["requests." + std::string(name)] = found->second;
    }
    if (const auto found = limits.find(name); found != limits.end()) {
      amounts["limits." + std::string(name)] = found->second;
    }
  }
  for (const auto& [name, quantity] : requests) {
    const bool huge = name.starts_with("hugepages-");
    if (huge) amounts[name] = quantity;
    // Of a device, say: a name with a domain.
    if (huge || name.find('/') != std::string::npos) amounts["requests." + name] = quantity;
  }
  return amounts;
}

bool has_ended(const Json& pod) {
  const std::string_view phase = read::text(pod.find("status"), "phase");
  return phase == "Succeeded" || phase == "Failed";
}

void add_pod(const Json& pod, Amounts& to) {
  if (has_ended(pod)) return;
  to["pods"] = Quantity(1);
  add(to, compute(pod_amounts(pod, "requests"), pod_amounts(pod, "limits")));
}

void add_service(const Json& service, Amounts& to) {
  const Json* spec = service.find("spec");
  const std::string_view type = read::text(spec, "type");
  const auto ports = static_cast<std::int64_t>(read::items(spec, "ports").size());
  to["services"] = Quantity(1);
  const bool balanced = type == "LoadBalancer";
  const Json* allocates = read::member(spec, "allocateLoadBalancerNodePorts");
  const bool no_ports =
      allocates != nullptr && !read::is_true(spec, "allocateLoadBalancerNodePorts");
  to["services.nodeports"] =
      Quantity(type == "NodePort" || (balanced && !no_ports) ? ports : std::int64_t{0});
  to["services.loadbalancers"] = Quantity(balanced ? 1 : 0);
}

void add_claim(const Json& claim, Amounts& to) {
  const Json* spec = claim.find("spec");
  const Quantity storage =
      Quantity::parse(read::text(read::member(spec, {"resources", "requests"}), "storage"));
  to["persistentvolumeclaims"] = Quantity(1);
  to["requests.storage"] = storage;
  if (const std::string_view name = read::text(spec, "storageClassName"); !name.empty()) {
    const std::string prefix = std::string(name).append(kStorageClass);
    to[prefix + "persistentvolumeclaims"] = Quantity(1);
    to[prefix + "requests.storage"] = storage;
  }
}

bool is_best_effort(const Json& pod) {
  for (const std::string_view list : {"initContainers", "containers"}) {
    for (const Json& container : read::items(pod.find("spec"), list)) {
      for (const std::string_view part : {"requests", "limits"}) {
        const Amounts amounts = amounts_of(read::member(&container, {"resources", part}));
        if (amounts.contains("cpu") || amounts.contains("memory")) return false;
      }
    }
  }
  return true;
}

bool in_priority_scope(const Json& selector, std::string_view priority_class) {
  const std::string_view op = read::text(&selector, "operator");
  if (op == "Exists" || op.empty()) return !priority_class.empty();
  if (op == "DoesNotExist") return priority_class.empty();
  bool listed = false;
  for (const Json& value : read::items(&selector, "values")) {
    listed = listed || read::text_of(value) == priority_class;
  }
  return op == "In" ? listed && !priority_class.empty() : !listed;
}

bool in_scope(const Json& selector, const Json& pod) {
  const std::string_view scope = read::text(&selector, "scopeName");
  const Json* spec = pod.find("spec");
  const bool terminating = read::member(spec, "activeDeadlineSeconds") != nullptr;
  if (scope == "Terminating") return terminating;
  if (scope == "NotTerminating") return !terminating;
  if (scope == "BestEffort") return is_best_effort(pod);
  if (scope == "NotBestEffort") return !is_best_effort(pod);
  if (scope == "PriorityClass") {
    return in_priority_scope(selector, read::text(spec, "priorityClassName"));
  }
  return false;
}

bool in_all_scopes(const Json& quota, const Resource& resource, const Json& object) {
  const Json* spec = quota.find("spec");
  std::vector<Json> selectors;
  for (const Json& scope : read::items(spec, "scopes")) {
    Json selector{Json::Object()};
    selector.set("scopeName", scope);
    selectors.push_back(std::move(selector));
  }
  for (const Json& selector :
       read::items(read::member(spec, "scopeSelector"), "matchExpressions")) {
    selectors.push_back(selector);
  }
  if (selectors.empty()) return true;
  // Only Pods have what scopes are about.
  if (!is_core(resource, "pods")) return false;
  return std::all_of(selectors.begin(), selectors.end(),
                     [&object](const Json& selector) { return in_scope(selector, object); });
}

/// A resource by its name and group.
struct Counted {
  std::string_view name;
  std::string_view group = {};
};

Counted counted_by(std::string_view limit) {
  if (limit.starts_with(kCountPrefix)) {
    limit.remove_prefix(kCountPrefix.size());
    const std::size_t dot = limit.find('.');
    if (dot == std::string_view::npos) return {limit};
    return {limit.substr(0, dot), limit.substr(dot + 1)};
  }
  if (limit.starts_with("services")) return {"services"};
  if (limit == "persistentvolumeclaims" || limit == "requests.storage" ||
      limit.find(kStorageClass) != std::string_view::npos) {
    return {"persistentvolumeclaims"};
  }
  if (std::find(kPlainlyCounted.begin(), kPlainlyCounted.end(), limit) != kPlainlyCounted.end()) {
    return {limit};
  }
  return {"pods"};
}

const Resource* find_counted(const Counted& counted, const custom::Registry& definitions) {
  for (const Resource& resource : objects::all_resources()) {
    if (resource.name == counted.name && resource.group == counted.group) {
      return resource.namespaced() ? &objects::stored_as(resource) : nullptr;
    }
  }
  const auto definition = definitions.find(counted.group, counted.name);
  return definition ? definition->storage_version().resource : nullptr;
}

}  // namespace

Amounts usage_of(const Resource& resource, const Json& object) {
  Amounts amounts;
  amounts[std::string(kCountPrefix).append(resource.qualified_name)] = Quantity(1);
  if (!resource.group.empty()) return amounts;
  if (resource.name == "pods") add_pod(object, amounts);
  if (resource.name == "services") add_service(object, amounts);
  if (resource.name == "persistentvolumeclaims") add_claim(object, amounts);
  if (std::find(kPlainlyCounted.begin(), kPlainlyCounted.end(), resource.name) !=
      kPlainlyCounted.end()) {
    amounts[std::string(resource.name)] = Quantity(1);
  }
  return amounts;
}

bool counts(const Json& quota, const Resource& resource, const Json& object) {
  const Amounts hard = amounts_of(read::member(&quota, {"spec", "hard"}));
  const bool limits_it = std::any_of(hard.begin(), hard.end(), [&resource](const auto& each) {
    const Counted counted = counted_by(each.first);
    return counted.name == resource.name && counted.group == resource.group;
  });
  return limits_it && in_all_scopes(quota, resource, object);
}

std::string missing_of(const Amounts& hard, const Resource& resource, const Json& object) {
  if (!is_core(resource, "pods")) return "";
  const Json* spec = object.find("spec");
  if (read::member(spec, "resources") != nullptr) return "";
  std::map<std::string, std::set<std::string>> missing;
  for (const std::string_view list : {"containers", "initContainers"}) {
    for (const Json& container : read::items(spec, list)) {
      const Amounts said = compute(amounts_of(read::member(&container, {"resources", "requests"})),
                                   amounts_of(read::member(&container, {"resources", "limits"})));
      for (const std::string_view name : kMustBeSaid) {
        if (hard.contains(name) && !said.contains(name)) {
          missing[std::string(name)].emplace(read::text(&container, "name"));
        }
      }
    }
  }
  std::string text;
  for (const auto& [name, containers] : missing) {
    text += (text.empty() ? "must specify " : "; ") + name + " for: ";
    bool first = true;
    for (const std::string& container : containers) {
      text.append(first ? "" : ",").append(container);
      first = false;
    }
  }
  return text;
}

std::vector<const Resource*> counted_resources(const Amounts& hard,
                                               const custom::Registry& definitions) {
  std::vector<const Resource*> resources;
  for (const auto& [name, quantity] : hard) {
    const Resource* resource = find_counted(counted_by(name), definitions);
    const bool known = std::find(resources.begin(), resources.end(), resource) != resources.end();
    if (resource != nullptr && !known) resources.push_back(resource);
  }
  return resources;
}

Amounts limited(const Amounts& amounts, const Amounts& hard) {
  Amounts result;
  for (const auto& [name, quantity] : amounts) {
    if (hard.contains(name)) result.emplace(name, quantity);
  }
  return result;
}

}  // namespace kaudit::apiserver::admission
