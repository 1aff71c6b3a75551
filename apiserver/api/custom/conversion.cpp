#include "apiserver/api/custom/conversion.hpp"

#include <cstddef>
#include <utility>

#include "apiserver/api/object_version.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/custom/instance.hpp"

namespace kaudit::apiserver::api {
namespace {

using boost::asio::awaitable;
using objects::Json;
using objects::ObjectPtr;

// One of a version that the definition no longer has cannot be converted.
Expected<void> check_version(const custom::Definition& definition, const Json& object) {
  const std::string_view api_version = object.text("apiVersion");
  for (const custom::Version& version : definition.versions) {
    if (version.resource->api_version == api_version) return {};
  }
  return tl::unexpected(unexpected("request to convert CR from an invalid group/version: " +
                                   std::string(api_version)));
}

}  // namespace

bool has_converter(const Call& call) noexcept {
  return call.definition != nullptr && call.definition->conversion == custom::Conversion::Webhook &&
         call.options.converter != nullptr;
}

awaitable<Expected<std::vector<Json>>> convert_all(const Call& call, const custom::Version& to,
                                                   std::vector<Json> given) {
  std::vector<Json> others;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i].text("apiVersion") == to.resource->api_version) continue;
    if (auto known = check_version(*call.definition, given[i]); !known) {
      co_return tl::unexpected(known.error());
    }
    places.push_back(i);
    others.push_back(std::move(given[i]));
  }
  if (!others.empty()) {
    auto converted = co_await call.options.converter->convert(*call.definition, to,
                                                              std::move(others), call.scope);
    if (!converted) co_return tl::unexpected(unexpected(converted.error()));
    for (std::size_t i = 0; i < places.size(); ++i) {
      given[places[i]] = std::move((*converted)[i]);
    }
  }
  for (Json& object : given) object = custom::in_form_of(to, std::move(object));
  co_return std::move(given);
}

awaitable<Expected<Json>> convert(const Call& call, const custom::Version& to, Json object) {
  std::vector<Json> one;
  one.push_back(std::move(object));
  auto converted = co_await convert_all(call, to, std::move(one));
  if (!converted) co_return tl::unexpected(converted.error());
  co_return std::move(converted->front());
}

awaitable<Expected<std::vector<ObjectPtr>>> convert_stored(const Call& call,
                                                           std::vector<ObjectPtr> stored) {
  std::vector<Json> given;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < stored.size(); ++i) {
    if (is_in_form(call, *stored[i])) continue;
    places.push_back(i);
    given.push_back(stored[i]->tree());
  }
  if (places.empty()) co_return std::move(stored);
  auto converted = co_await convert_all(call, *call.version, std::move(given));
  if (!converted) co_return tl::unexpected(converted.error());
  for (std::size_t i = 0; i < places.size(); ++i) {
    ObjectPtr& place = stored[places[i]];
    place = draft_of(call.resource, (*converted)[i]).seal(place->meta().resource_version);
  }
  co_return std::move(stored);
}

awaitable<Expected<ObjectPtr>> convert_stored(const Call& call, ObjectPtr stored) {
  if (is_in_form(call, *stored)) co_return stored;
  std::vector<ObjectPtr> one;
  one.push_back(std::move(stored));
  auto converted = co_await convert_stored(call, std::move(one));
  if (!converted) co_return tl::unexpected(converted.error());
  co_return std::move(converted->front());
}

awaitable<Expected<objects::Draft>> convert_to_store(const Call& call, const Json& object) {
  const custom::Version& storage = call.definition->storage_version();
  if (&storage == call.version) co_return draft_of(call.resource, object);
  auto converted = co_await convert(call, storage, object);
  if (!converted) co_return tl::unexpected(converted.error());
  co_return draft_of(*storage.resource, *converted);
}

}  // namespace kaudit::apiserver::api
