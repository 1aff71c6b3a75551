#include "apiserver/admission/asked_version.hpp"

#include <utility>

#include "apiserver/api/custom/conversion.hpp"
#include "apiserver/custom/instance.hpp"
#include "apiserver/objects/versions/versions.hpp"

namespace kaudit::apiserver::admission {

using objects::Json;
using objects::Resource;

std::vector<const Resource*> other_versions(const api::Call& call) {
  const Resource& own = call.resource;
  std::vector<const Resource*> others;
  if (call.definition) {
    for (const custom::Version& version : call.definition->versions) {
      if (version.served && version.name != own.version) others.push_back(version.resource);
    }
    return others;
  }
  const Resource* stored = &objects::stored_as(own);
  for (const Resource& other : objects::all_resources()) {
    const bool same_kind = other.kind == own.kind && &objects::stored_as(other) == stored;
    if (&other != &own && same_kind) others.push_back(&other);
  }
  return others;
}

bool is_converted(const api::AdmissionRequest& request, const Resource& asked) noexcept {
  return &asked != &request.call.resource && request.kind.kind == asked.kind;
}

boost::asio::awaitable<api::Expected<Json>> in_served_version(const api::Call& call, Json object,
                                                              const Resource& version) {
  if (!call.definition) co_return objects::in_version(object, version);
  const custom::Version* const form = call.definition->version(version.version);
  if (form == nullptr) co_return std::move(object);
  if (!api::has_converter(call)) co_return custom::in_form_of(*form, std::move(object));
  co_return co_await api::convert(call, *form, std::move(object));
}

}  // namespace kaudit::apiserver::admission
