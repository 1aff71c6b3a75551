#include "apiserver/api/cluster/made_object.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include "apiserver/api/write/field_ownership.hpp"
#include "apiserver/api/write/object_names.hpp"
#include "apiserver/api/write/object_rules.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/types/types.hpp"

namespace kaudit::apiserver::api {

using objects::Json;

Json made_object(const objects::Resource& resource, const Json& wanted, std::string_view manager) {
  auto canonical = objects::canonical_object({resource.api_version, resource.kind}, wanted);
  if (!canonical) {
    throw std::logic_error("an object of our own making: " + canonical.error().message);
  }
  Json object = *std::move(canonical);
  const std::string now = ownership_time();
  const objects::apply::FieldManager fields(
      {objects::find_type(resource.api_version, resource.kind),
       resource.api_version,
       resource.kind,
       {}});
  set_managed_fields(object, fields.update(nullptr, object, {manager, now}));
  Json& metadata = *object.find("metadata");
  metadata.set("uid", Json(new_uid()));
  metadata.set("creationTimestamp", Json(now));
  if (resource.generation == objects::Generation::Counted) {
    metadata.set("generation", Json(std::int64_t{1}));
  }
  normalise_metadata(resource, object);
  return object;
}

boost::asio::awaitable<objects::ObjectPtr> store_made(const ApiOptions& options,
                                                      const objects::Resource& resource,
                                                      Json object) {
  const Json& metadata = *object.find("metadata");
  const std::string key =
      store_prefix(resource, metadata.text("namespace")) + std::string(metadata.text("name"));
  const auto stored = co_await options.store->create(key, store::Draft(object));
  if (!stored) co_return nullptr;
  co_return *stored;
}

}  // namespace kaudit::apiserver::api
