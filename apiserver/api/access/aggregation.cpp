#include "apiserver/api/access/aggregation.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/api/access/aggregate_index.hpp"
#include "apiserver/api/write/field_ownership.hpp"
#include "apiserver/objects/codec/codec.hpp"

namespace kaudit::apiserver::api {
namespace {

using boost::asio::awaitable;
using objects::Json;
using objects::ObjectPtr;

constexpr std::string_view kVersion = "rbac.authorization.k8s.io/v1";
constexpr std::string_view kKind = "ClusterRole";
constexpr std::string_view kManager = "clusterrole-aggregation-controller";
// Roles that gather one another come to rest, but nobody should count on it.
constexpr std::size_t kMaxRounds = 1000;

const objects::Resource& cluster_roles() { return *objects::find_kind(kVersion, kKind); }

bool same_rules(const Json* a, const Json& b) {
  if (a == nullptr || a->array() == nullptr) return b.array()->empty();
  return *a == b;
}

// Gives one role its rules, whoever else writes it meanwhile. Null when nothing changes.
awaitable<ObjectPtr> give_rules(const ApiOptions& options, std::string name) {
  const std::string key = store_prefix(cluster_roles(), "") + name;
  for (;;) {
    Json rules = co_await gathered_rules(options, name);
    const auto current = co_await options.store->get(key);
    if (!current) co_return nullptr;
    const Json tree = (*current)->tree();
    if (same_rules(tree.find("rules"), rules)) co_return nullptr;
    const Json changed = with_gathered_rules(tree, std::move(rules));
    const std::uint64_t version = (*current)->meta().resource_version;
    const auto stored = co_await options.store->update(key, store::Draft(changed), version);
    if (stored) co_return *stored;
    if (stored.error() != store::Refusal::Changed) co_return nullptr;
  }
}

}  // namespace

Json with_gathered_rules(const Json& role, Json rules) {
  static const objects::apply::FieldManager kFields(
      {objects::find_type(kVersion, kKind), kVersion, kKind, {}});
  Json metadata{Json::Object()};
  metadata.set("name", Json(role.find("metadata")->text("name")));
  Json config{Json::Object()};
  config.set("kind", Json(kKind));
  config.set("apiVersion", Json(kVersion));
  config.set("metadata", std::move(metadata));
  config.set("rules", std::move(rules));
  auto applied =
      kFields.apply(&role, config, {kManager, ownership_time()}, objects::apply::Force::Yes);
  if (!applied) throw std::logic_error("rules of our own making: " + applied.error().message);
  auto object = objects::canonical_object({kVersion, kKind}, applied->object);
  if (!object) throw std::logic_error("a role of our own making: " + object.error().message);
  set_managed_fields(*object, std::move(applied->managed_fields));
  return *std::move(object);
}

awaitable<Json> gathered_rules(const ApiOptions& options, std::string name) {
  Json::Array rules;
  std::set<std::string> seen;
  const auto selectors = options.aggregates->selectors_of(name);
  for (const request::LabelSelector& selector : selectors) {
    store::ListRequest request;
    request.prefix = store_prefix(cluster_roles(), "");
    request.filter = [&](const objects::Object& role) {
      return role.meta().name != name && selects(selector, role.meta());
    };
    const auto page = co_await options.store->list(request);
    if (!page) continue;
    for (const ObjectPtr& role : page->objects) {
      const Json tree = role->tree();
      const Json* own = tree.find("rules");
      if (own == nullptr || own->array() == nullptr) continue;
      for (const Json& rule : *own->array()) {
        if (seen.insert(rule.dump()).second) rules.push_back(rule);
      }
    }
  }
  co_return Json(std::move(rules));
}

awaitable<void> follow_cluster_role(const ApiOptions& options, ObjectPtr before, ObjectPtr after) {
  std::set<std::string> next;
  const auto add_gatherers = [&](const ObjectPtr& role) {
    if (role == nullptr) return;
    for (std::string& name : options.aggregates->gatherers_of(role->meta())) {
      next.insert(std::move(name));
    }
  };
  if (after != nullptr) {
    options.aggregates->learn(*after);
    if (!options.aggregates->selectors_of(after->meta().name).empty()) {
      next.insert(after->meta().name);
    }
  } else if (before != nullptr) {
    options.aggregates->forget(before->meta().name);
  }
  add_gatherers(before);
  add_gatherers(after);
  for (std::size_t round = 0; !next.empty() && round < kMaxRounds; ++round) {
    const std::string name = *next.begin();
    next.erase(next.begin());
    const ObjectPtr changed = co_await give_rules(options, name);
    add_gatherers(changed);
  }
}

}  // namespace kaudit::apiserver::api
