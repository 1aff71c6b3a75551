// Any JSON object as each kind that has rules: never a crash.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/validate/cron_schedule.hpp"
#include "apiserver/objects/validate/rules.hpp"
#include "apiserver/objects/versions/versions.hpp"

using namespace kaudit::apiserver::objects;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)validate::read_cron_schedule(text);
  const auto tree = Json::parse(text);
  if (!tree || tree->object() == nullptr) return 0;
  // Rules must bear what they read: objects as they were decoded, and others too.
  for (const Resource& resource : all_resources()) {
    const bool one_version = &stored_as(resource) == &resource;
    if (one_version) (void)validate::errors_of_new(resource, *tree);
    const auto object = canonical_object({resource.api_version, resource.kind}, *tree);
    if (!object) continue;
    (void)validate::errors_of_new(resource, *object);
    for (const std::string_view part :
         {"", "scale", "status", "approval", "resize", "ephemeralcontainers"}) {
      (void)validate::errors_of_change(resource, part, *object, *object);
      if (one_version) (void)validate::errors_of_change(resource, part, *tree, *object);
    }
  }
  return 0;
}
