#include "apiserver/objects/kinds.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>

namespace kaudit::apiserver::objects {
namespace {

// The arrays kResources and kByName, made from kinds.json at build time.
#include "apiserver/objects/kinds_table.inc"

}  // namespace

bool Resource::allows(std::string_view verb) const noexcept {
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

const Subresource* Resource::subresource(std::string_view subresource_name) const noexcept {
  const auto found = std::find_if(subresources.begin(), subresources.end(),
                                  [&](const Subresource& s) { return s.name == subresource_name; });
  return found == subresources.end() ? nullptr : &*found;
}

std::span<const Resource> all_resources() noexcept { return kResources; }

const Resource* find_resource(std::string_view group, std::string_view version,
                              std::string_view name) noexcept {
  const auto key = [](std::uint8_t index) {
    const Resource& resource = kResources[index];
    return std::tuple(resource.name.size(), resource.name, resource.group, resource.version);
  };
  const std::tuple wanted(name.size(), name, group, version);
  const auto found =
      std::lower_bound(kByName.begin(), kByName.end(), wanted,
                       [&](std::uint8_t index, const auto& value) { return key(index) < value; });
  return found == kByName.end() || key(*found) != wanted ? nullptr : &kResources[*found];
}

const Resource* find_kind(std::string_view api_version, std::string_view kind) noexcept {
  const auto found = std::find_if(kResources.begin(), kResources.end(), [&](const Resource& r) {
    return r.kind == kind && r.api_version == api_version;
  });
  return found == kResources.end() ? nullptr : &*found;
}

bool group_exists(std::string_view group) noexcept {
  return std::any_of(kResources.begin(), kResources.end(),
                     [&](const Resource& r) { return r.group == group; });
}

}  // namespace kaudit::apiserver::objects
