#include "apiserver/objects/defaults/defaults_table.hpp"

#include <array>

namespace kaudit::apiserver::objects {
namespace {

// kTypeDefaults and kDefaultsIndex, made from schema.json and defaults.json at build time.
#include "apiserver/objects/defaults_table.inc"

}  // namespace

const TypeDefaults* defaults_of(std::size_t type) noexcept {
  if (type >= kDefaultsIndex.size() || kDefaultsIndex[type] == 0) return nullptr;
  return &kTypeDefaults[kDefaultsIndex[type] - 1];
}

}  // namespace kaudit::apiserver::objects
