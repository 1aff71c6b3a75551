#include "apiserver/admission/resource_quota.hpp"

#include <utility>
#include <vector>

#include "apiserver/admission/amounts.hpp"
#include "apiserver/admission/quota_usage.hpp"
#include "apiserver/api/delete/owner_index.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/tree/object_in.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/versions/versions.hpp"

namespace kaudit::apiserver::admission {
namespace {

using boost::asio::awaitable;
using objects::Json;
using objects::ObjectPtr;
using objects::Resource;
namespace read = objects::validate;

// How often it begins again because somebody else was charged in between.
constexpr int kChargeAttempts = 100;

std::string quota_prefix(const std::string& ns) { return "v1/resourcequotas/" + ns + "/"; }

Amounts hard_of(const Json& quota) { return amounts_of(read::member(&quota, {"spec", "hard"})); }

awaitable<store::ObjectList> objects_under(store::Store& store, std::string prefix) {
  store::ListRequest list;
  list.prefix = std::move(prefix);
  auto page = co_await store.list(list);
  co_return page ? std::move(page->objects) : store::ObjectList();
}

// What all objects of the namespace use of what the quota limits.
awaitable<Amounts> counted(const api::Call& call, const Json& quota) {
  const Amounts hard = hard_of(quota);
  Amounts used;
  for (const auto& [name, limit] : hard) used[name] = Quantity();
  for (const Resource* resource : counted_resources(hard, *call.options.definitions)) {
    const auto all = co_await objects_under(call.store(), api::store_prefix(*resource, call.ns));
    for (const ObjectPtr& object : all) {
      const Json tree = object->tree();
      if (!counts(quota, *resource, tree)) continue;
      add(used, limited(usage_of(*resource, tree), hard));
    }
  }
  co_return used;
}

bool is_counted(const Json& quota) {
  const Json* counted = read::member(&quota, {"status", "hard"});
  const Json* wanted = read::member(&quota, {"spec", "hard"});
  return counted != nullptr && wanted != nullptr && *counted == *wanted &&
         read::member(&quota, {"status", "used"}) != nullptr;
}

Json with_status(Json quota, const Amounts& used) {
  Json& status = objects::object_in(quota, "status");
  if (const Json* hard = read::member(&quota, {"spec", "hard"})) status.set("hard", *hard);
  status.set("used", json_of(used));
  return objects::canonical_object({"v1", "ResourceQuota"}, quota).value();
}

// What the write adds; of an update what it adds to what is there.
Amounts added(const api::AdmissionRequest& request) {
  Amounts amounts = usage_of(request.call.resource, *request.object);
  if (request.old_object == nullptr) return amounts;
  const Amounts before = usage_of(request.call.resource, *request.old_object);
  for (auto& [name, quantity] : amounts) {
    if (const auto found = before.find(name); found != before.end()) {
      quantity = quantity.minus(found->second);
    }
  }
  return amounts;
}

std::string shown_name(const api::AdmissionRequest& request) {
  const Json* metadata = request.object->find("metadata");
  for (const std::string_view member : {"name", "generateName"}) {
    if (const std::string_view name = read::text(metadata, member); !name.empty()) {
      return std::string(name);
    }
  }
  return "Unknown";
}

api::Expected<void> check_charge(const api::AdmissionRequest& request, const Json& quota,
                                 const Amounts& asked, const Amounts& used) {
  const Amounts hard = hard_of(quota);
  Amounts requested;
  Amounts before;
  Amounts limits;
  for (const auto& [name, quantity] : asked) {
    Quantity after = used.contains(name) ? used.at(name) : Quantity();
    after += quantity;
    if (!(hard.at(name) < after)) continue;
    requested[name] = quantity;
    before[name] = used.contains(name) ? used.at(name) : Quantity();
    limits[name] = hard.at(name);
  }
  if (requested.empty()) return {};
  return tl::unexpected(api::forbidden(
      request.call.resource, shown_name(request),
      "exceeded quota: " + std::string(quota.find("metadata")->text("name")) + ", requested: " +
          text(requested) + ", used: " + text(before) + ", limited: " + text(limits)));
}

awaitable<api::Expected<void>> charge(const api::AdmissionRequest& request, std::string key) {
  store::Store& store = request.call.store();
  for (int attempt = 0; attempt < kChargeAttempts; ++attempt) {
    const auto current = co_await store.get(key);
    if (!current) co_return api::Expected<void>();  // it has gone
    const Json quota = (*current)->tree();
    if (!counts(quota, request.call.resource, *request.object)) co_return api::Expected<void>();
    const Amounts hard = hard_of(quota);
    if (const auto missing = missing_of(hard, request.call.resource, *request.object);
        !missing.empty()) {
      co_return tl::unexpected(api::forbidden(
          request.call.resource, shown_name(request),
          "failed quota: " + std::string(quota.find("metadata")->text("name")) + ": " + missing));
    }
    Amounts asked = limited(added(request), hard);
    std::erase_if(asked, [](const auto& each) { return each.second.is_zero(); });
    if (asked.empty()) co_return api::Expected<void>();
    Amounts used = amounts_of(read::member(&quota, {"status", "used"}));
    if (!is_counted(quota)) used = co_await counted(request.call, quota);
    if (auto fits = check_charge(request, quota, asked, used); !fits) co_return fits;
    if (request.dry_run == api::DryRun::All) co_return api::Expected<void>();
    add(used, asked);
    const auto stored = co_await store.update(key, store::Draft(with_status(quota, used)),
                                              (*current)->meta().resource_version);
    if (stored || stored.error() != store::Refusal::Changed) co_return api::Expected<void>();
  }
  co_return tl::unexpected(
      api::service_unavailable("the quota is changed by others all the time: try again"));
}

}  // namespace

bool quotas_concern(const api::Call& call, api::AdmissionOperation operation) noexcept {
  if (call.subresource != nullptr || !call.resource.namespaced()) return false;
  if (operation == api::AdmissionOperation::Create) return true;
  return operation == api::AdmissionOperation::Update && call.resource.group.empty() &&
         (call.resource.name == "services" || call.resource.name == "persistentvolumeclaims");
}

awaitable<api::Expected<void>> charge_quotas(const api::AdmissionRequest& request) {
  const auto quotas = co_await objects_under(request.call.store(), quota_prefix(request.call.ns));
  for (const ObjectPtr& quota : quotas) {
    auto charged = co_await charge(request, quota_prefix(request.call.ns) + quota->meta().name);
    if (!charged) co_return charged;
  }
  co_return api::Expected<void>();
}

awaitable<void> recount_quotas(const api::Call& call) {
  store::Store& store = call.store();
  const auto quotas = co_await objects_under(store, quota_prefix(call.ns));
  for (const ObjectPtr& quota : quotas) {
    const std::string key = quota_prefix(call.ns) + quota->meta().name;
    for (int attempt = 0; attempt < kChargeAttempts; ++attempt) {
      const auto current = co_await store.get(key);
      if (!current) break;
      const Json tree = (*current)->tree();
      const Amounts used = co_await counted(call, tree);
      const auto stored = co_await store.update(key, store::Draft(with_status(tree, used)),
                                                (*current)->meta().resource_version);
      if (stored || stored.error() != store::Refusal::Changed) break;
    }
  }
}

}  // namespace kaudit::apiserver::admission
