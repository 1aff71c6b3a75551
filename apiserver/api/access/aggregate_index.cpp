#include "apiserver/api/access/aggregate_index.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "apiserver/api/read/selector_object.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;
using request::LabelSelector;

// A selector that cannot be read gathers nothing.
std::vector<LabelSelector> selectors_in(const Json& role) {
  std::vector<LabelSelector> selectors;
  const Json* rule = role.find("aggregationRule");
  const Json* list = rule == nullptr ? nullptr : rule->find("clusterRoleSelectors");
  if (list == nullptr || list->array() == nullptr) return selectors;
  for (const Json& item : *list->array()) {
    if (auto selector = read_selector(item)) selectors.push_back(*std::move(selector));
  }
  return selectors;
}

}  // namespace

bool selects(const LabelSelector& selector, const objects::ObjectMeta& meta) {
  return selector.matches([&meta](std::string_view key) -> std::optional<std::string_view> {
    const std::string* value = meta.label(key);
    if (value == nullptr) return std::nullopt;
    return *value;
  });
}

void AggregateIndex::learn(const objects::Object& role) {
  Selectors selectors;
  // Most roles gather nothing, and need not be read for it.
  if (role.text().find("\"aggregationRule\":") != std::string_view::npos) {
    selectors = selectors_in(role.tree());
  }
  const Lock lock(mutex_);
  if (selectors.empty()) {
    by_name_.erase(role.meta().name);
  } else {
    by_name_[role.meta().name] = std::move(selectors);
  }
}

void AggregateIndex::forget(std::string_view name) {
  const Lock lock(mutex_);
  if (const auto found = by_name_.find(name); found != by_name_.end()) by_name_.erase(found);
}

std::vector<LabelSelector> AggregateIndex::selectors_of(std::string_view name) const {
  const Lock lock(mutex_);
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? Selectors() : found->second;
}

std::vector<std::string> AggregateIndex::gatherers_of(const objects::ObjectMeta& role) const {
  std::vector<std::string> names;
  const Lock lock(mutex_);
  for (const auto& [name, selectors] : by_name_) {
    const bool gathered =
        std::any_of(selectors.begin(), selectors.end(),
                    [&role](const LabelSelector& selector) { return selects(selector, role); });
    if (gathered && name != role.name) names.push_back(name);
  }
  return names;
}

}  // namespace kaudit::apiserver::api
