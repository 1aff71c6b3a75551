#include "apiserver/custom/registry.hpp"

#include <algorithm>
#include <utility>

namespace kaudit::apiserver::custom {
namespace {

// `widgets`, `example.com` of `widgets.example.com`.
std::pair<std::string_view, std::string_view> parts_of(std::string_view name) {
  const std::size_t dot = std::min(name.find('.'), name.size());
  return {name.substr(0, dot), name.substr(std::min(dot + 1, name.size()))};
}

// What is served by both is the same, whatever else is said of them.
bool serves_the_same(const Definition& a, const Definition& b) {
  return a.uid == b.uid && a.generation == b.generation && a.accepted == b.accepted &&
         a.established == b.established;
}

bool serves(const Definition& definition) {
  return definition.established && std::ranges::any_of(definition.versions, &Version::served);
}

}  // namespace

void Registry::put(std::shared_ptr<Definition> definition) {
  DefinitionPtr former;
  {
    const WriterLock lock(mutex_);
    const auto [plural, group] = parts_of(definition->name);
    DefinitionPtr& place = groups_[std::string(group)][std::string(plural)];
    if (place && serves_the_same(*place, *definition)) {
      definition->since = place->since;
      definition->retirement = place->retirement;
      former = nullptr;
    } else {
      former = place;
    }
    const bool was_established = place && place->established;
    place = std::move(definition);
    if (place->established || was_established) {
      revision_.fetch_add(1, std::memory_order_acq_rel);
    }
  }
  if (former) former->retirement->retire();
}

void Registry::remove(std::string_view name) {
  DefinitionPtr former;
  {
    const WriterLock lock(mutex_);
    const auto [plural, group] = parts_of(name);
    const auto found_group = groups_.find(group);
    if (found_group == groups_.end()) return;
    const auto found = found_group->second.find(plural);
    if (found == found_group->second.end()) return;
    former = std::move(found->second);
    found_group->second.erase(found);
    if (found_group->second.empty()) groups_.erase(found_group);
    if (former->established) revision_.fetch_add(1, std::memory_order_acq_rel);
  }
  former->retirement->retire();
}

DefinitionPtr Registry::find(std::string_view group, std::string_view plural) const {
  const ReaderLock lock(mutex_);
  const auto found_group = groups_.find(group);
  if (found_group == groups_.end()) return nullptr;
  const auto found = found_group->second.find(plural);
  if (found == found_group->second.end() || !found->second->established) return nullptr;
  return found->second;
}

const objects::Resource* Registry::find_kind(std::string_view api_version,
                                             std::string_view kind) const {
  const std::size_t slash = api_version.find('/');
  if (slash == std::string_view::npos) return nullptr;
  const ReaderLock lock(mutex_);
  const auto group = groups_.find(api_version.substr(0, slash));
  if (group == groups_.end()) return nullptr;
  for (const auto& [plural, definition] : group->second) {
    if (!definition->established || definition->accepted.kind != kind) continue;
    const Version* const version = definition->served_version(api_version.substr(slash + 1));
    if (version != nullptr) return version->resource;
  }
  return nullptr;
}

bool Registry::has_group(std::string_view group) const {
  const ReaderLock lock(mutex_);
  const auto found = groups_.find(group);
  return found != groups_.end() &&
         std::ranges::any_of(found->second, [](const auto& each) { return serves(*each.second); });
}

std::vector<DefinitionPtr> Registry::of_group(std::string_view group) const {
  const ReaderLock lock(mutex_);
  std::vector<DefinitionPtr> all;
  const auto found = groups_.find(group);
  if (found == groups_.end()) return all;
  for (const auto& [plural, definition] : found->second) all.push_back(definition);
  return all;
}

std::vector<DefinitionPtr> Registry::established() const {
  const ReaderLock lock(mutex_);
  std::vector<DefinitionPtr> all;
  for (const auto& [name, group] : groups_) {
    for (const auto& [plural, definition] : group) {
      if (definition->established) all.push_back(definition);
    }
  }
  return all;
}

}  // namespace kaudit::apiserver::custom
