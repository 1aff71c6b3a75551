#include "apiserver/admission/limit_ranger.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/admission/amounts.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/tree/object_in.hpp"
#include "apiserver/objects/validate/words/members.hpp"

namespace kaudit::apiserver::admission {
namespace {

using boost::asio::awaitable;
using objects::Json;
namespace read = objects::validate;

constexpr std::string_view kLimitAnnotation = "kubernetes.io/limit-ranger";

bool is_pod(const api::Call& call) noexcept {
  return call.resource.group.empty() && call.resource.kind == "Pod";
}

awaitable<std::vector<Json>> limit_ranges_of(const api::Call& call) {
  store::ListRequest list;
  list.prefix = "v1/limitranges/" + call.ns + "/";
  std::vector<Json> ranges;
  const auto page = co_await call.store().list(list);
  if (page) {
    for (const auto& object : page->objects) ranges.push_back(object->tree());
  }
  co_return ranges;
}

// --- defaults

struct ContainerDefaults {
  Amounts requests;
  Amounts limits;
};

ContainerDefaults defaults_of(const Json& range) {
  ContainerDefaults defaults;
  for (const Json& limit : read::items(range.find("spec"), "limits")) {
    if (read::text(&limit, "type") != "Container") continue;
    for (auto& [name, quantity] : amounts_of(limit.find("defaultRequest"))) {
      defaults.requests[name] = quantity;
    }
    for (auto& [name, quantity] : amounts_of(limit.find("default"))) {
      defaults.limits[name] = quantity;
    }
  }
  return defaults;
}

/// Adds what is missing; the names of that, joined.
std::string fill(Json& container, std::string_view part, const Amounts& defaults) {
  std::string names;
  for (const auto& [name, quantity] : defaults) {
    Json& list = objects::object_in(objects::object_in(container, "resources"), part);
    if (list.find(name) != nullptr) continue;
    list.set(name, Json(quantity.text()));
    names.append(names.empty() ? "" : ", ").append(name);
  }
  return names;
}

void fill_containers(Json& spec, std::string_view list, std::string_view what,
                     const ContainerDefaults& defaults, std::vector<std::string>& notes) {
  Json* containers = spec.find(list);
  if (containers == nullptr || containers->array() == nullptr) return;
  for (Json& container : *containers->array()) {
    const std::string name =
        " for " + std::string(what) + " " + std::string(container.text("name"));
    // Limits first, as the plugin does; what it says of them comes last.
    const std::string limits = fill(container, "limits", defaults.limits);
    const std::string requests = fill(container, "requests", defaults.requests);
    if (!requests.empty()) notes.push_back(requests + " request" + name);
    if (!limits.empty()) notes.push_back(limits + " limit" + name);
  }
}

/// True when it changed something.
bool fill_pod(Json& pod, const ContainerDefaults& defaults) {
  Json& spec = objects::object_in(pod, "spec");
  std::vector<std::string> notes;
  fill_containers(spec, "containers", "container", defaults, notes);
  fill_containers(spec, "initContainers", "init container", defaults, notes);
  if (notes.empty()) return false;
  std::string all;
  for (const std::string& note : notes) all.append(all.empty() ? "" : "; ").append(note);
  objects::object_in(objects::object_in(pod, "metadata"), "annotations")
      .set(kLimitAnnotation, Json("LimitRanger plugin set: " + all));
  return true;
}

// --- bounds

struct AskedAmounts {
  Amounts requests;
  Amounts limits;
};

const Quantity* found(const Amounts& amounts, std::string_view name) {
  const auto place = amounts.find(name);
  return place == amounts.end() ? nullptr : &place->second;
}

class Bounds {
 public:
  explicit Bounds(const Json& limit) : limit_(limit), type_(read::text(&limit, "type")) {}

  void check(const AskedAmounts& asked, std::vector<std::string>& faults) const {
    for (const auto& [name, bound] : amounts_of(limit_.find("min"))) {
      at_least(name, bound, asked, faults);
    }
    for (const auto& [name, bound] : amounts_of(limit_.find("max"))) {
      at_most(name, bound, asked, faults);
    }
    for (const auto& [name, bound] : amounts_of(limit_.find("maxLimitRequestRatio"))) {
      ratio(name, bound, asked, faults);
    }
  }

  // Of a claim, whose limits do not count.
  void check_requests(const Amounts& requests, std::vector<std::string>& faults) const {
    for (const auto& [name, bound] : amounts_of(limit_.find("min"))) {
      at_least(name, bound, {requests, {}}, faults);
    }
    for (const auto& [name, bound] : amounts_of(limit_.find("max"))) {
      const Quantity* request = found(requests, name);
      const std::string begin = usage("maximum ", name, bound);
      if (request == nullptr) {
        faults.push_back(begin + ".  No request is specified");
      } else if (bound < *request) {
        faults.push_back(begin + ", but request is " + request->text());
      }
    }
  }

 private:
  std::string usage(std::string_view what, const std::string& name, const Quantity& bound) const {
    return std::string(what) + name + " usage per " + std::string(type_) + " is " + bound.text();
  }

  void at_least(const std::string& name, const Quantity& bound, const AskedAmounts& asked,
                std::vector<std::string>& faults) const {
    const Quantity* request = found(asked.requests, name);
    const Quantity* limit = found(asked.limits, name);
    const std::string begin = usage("minimum ", name, bound);
    if (request == nullptr) {
      faults.push_back(begin + ".  No request is specified");
    } else if (*request < bound) {
      faults.push_back(begin + ", but request is " + request->text());
    } else if (limit != nullptr && *limit < bound) {
      faults.push_back(begin + ", but limit is " + limit->text());
    }
  }

  void at_most(const std::string& name, const Quantity& bound, const AskedAmounts& asked,
               std::vector<std::string>& faults) const {
    const Quantity* request = found(asked.requests, name);
    const Quantity* limit = found(asked.limits, name);
    const std::string begin = usage("maximum ", name, bound);
    if (limit == nullptr) {
      faults.push_back(begin + ".  No limit is specified");
    } else if (bound < *limit) {
      faults.push_back(begin + ", but limit is " + limit->text());
    } else if (request != nullptr && bound < *request) {
      faults.push_back(begin + ", but request is " + request->text());
    }
  }

  void ratio(const std::string& name, const Quantity& bound, const AskedAmounts& asked,
             std::vector<std::string>& faults) const {
    const Quantity* request = found(asked.requests, name);
    const Quantity* limit = found(asked.limits, name);
    const std::string begin =
        name + " max limit to request ratio per " + std::string(type_) + " is " + bound.text();
    if (request == nullptr || request->is_zero()) {
      faults.push_back(begin + ", but no request is specified or request is 0");
    } else if (limit == nullptr || limit->is_zero()) {
      faults.push_back(begin + ", but no limit is specified or limit is 0");
    } else if (const double seen = limit->ratio_to(*request); seen > bound.value()) {
      char text[64];
      std::snprintf(text, sizeof text, "%f", seen);
      faults.push_back(begin + ", but provided ratio is " + text);
    }
  }

  const Json& limit_;
  std::string_view type_;
};

void check_pod_bounds(const Json& limit, const Json& pod, std::vector<std::string>& faults) {
  const Bounds bounds(limit);
  const std::string_view type = read::text(&limit, "type");
  if (type == "Pod") {
    bounds.check({pod_amounts(pod, "requests"), pod_amounts(pod, "limits")}, faults);
  }
  if (type != "Container") return;
  for (const std::string_view list : {"containers", "initContainers"}) {
    for (const Json& container : read::items(pod.find("spec"), list)) {
      bounds.check({amounts_of(read::member(&container, {"resources", "requests"})),
                    amounts_of(read::member(&container, {"resources", "limits"}))},
                   faults);
    }
  }
}

std::vector<std::string> faults_of(const Json& range, const api::AdmissionRequest& request) {
  std::vector<std::string> faults;
  const bool pod = is_pod(request.call);
  for (const Json& limit : read::items(range.find("spec"), "limits")) {
    if (pod) {
      check_pod_bounds(limit, *request.object, faults);
    } else if (read::text(&limit, "type") == "PersistentVolumeClaim") {
      Bounds(limit).check_requests(
          amounts_of(read::member(request.object, {"spec", "resources", "requests"})), faults);
    }
  }
  return faults;
}

// (apimachinery pkg/util/errors NewAggregate)
std::string aggregated(const std::vector<std::string>& faults) {
  std::vector<std::string> once;
  for (const std::string& fault : faults) {
    if (std::find(once.begin(), once.end(), fault) == once.end()) once.push_back(fault);
  }
  if (once.size() == 1) return once.front();
  std::string all;
  for (const std::string& fault : once) all.append(all.empty() ? "[" : ", ").append(fault);
  return all + "]";
}

std::string_view name_to_show(const api::AdmissionRequest& request) {
  const Json* metadata = request.object->find("metadata");
  for (const std::string_view member : {"name", "generateName"}) {
    if (const std::string_view name = read::text(metadata, member); !name.empty()) return name;
  }
  return "Unknown";
}

}  // namespace

bool limit_ranges_concern(const api::Call& call, api::AdmissionOperation operation) noexcept {
  if (call.subresource != nullptr || !call.resource.group.empty()) return false;
  if (call.resource.kind == "Pod") return operation == api::AdmissionOperation::Create;
  return call.resource.kind == "PersistentVolumeClaim" &&
         (operation == api::AdmissionOperation::Create ||
          operation == api::AdmissionOperation::Update);
}

awaitable<api::Expected<void>> apply_limit_ranges(api::AdmissionRequest& request) {
  if (!is_pod(request.call)) co_return api::Expected<void>();
  bool changed = false;
  const auto ranges = co_await limit_ranges_of(request.call);
  for (const Json& range : ranges) {
    changed = fill_pod(*request.object, defaults_of(range)) || changed;
  }
  if (!changed) co_return api::Expected<void>();
  auto ordered = objects::canonical_object(request.kind, *request.object);
  if (!ordered) co_return tl::unexpected(api::bad_request(ordered.error().message));
  *request.object = *std::move(ordered);
  co_return api::Expected<void>();
}

awaitable<api::Expected<void>> check_limit_ranges(const api::AdmissionRequest& request) {
  const Json* old = request.old_object;
  if (old != nullptr && old->find("metadata")->find("deletionTimestamp") != nullptr) {
    co_return api::Expected<void>();
  }
  const auto ranges = co_await limit_ranges_of(request.call);
  for (const Json& range : ranges) {
    const auto faults = faults_of(range, request);
    if (faults.empty()) continue;
    co_return tl::unexpected(
        api::forbidden(request.call.resource, name_to_show(request), aggregated(faults)));
  }
  co_return api::Expected<void>();
}

}  // namespace kaudit::apiserver::admission
