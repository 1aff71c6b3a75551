#include "apiserver/api/rules/service_addresses_check.hpp"

#include <string>

#include "apiserver/api/status_errors.hpp"
#include "apiserver/objects/schema/value_errors.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::api {

using objects::Json;

Expected<void> check_service_addresses(const Call& call, const Json& object) {
  if (!call.resource.group.empty() || call.resource.kind != "Service") return {};
  const Json* const spec = object.find("spec");
  if (spec == nullptr || spec->text("type") == "ExternalName") return {};
  const Json* const list = spec->find("clusterIPs");
  const std::string name(object.find("metadata")->text("name"));
  if (list == nullptr || list->array() == nullptr || list->array()->empty()) {
    return tl::unexpected(internal_error("failed to allocate a serviceIP for Service " +
                                         go_quoted(name) + ": range is full"));
  }
  for (const Json& each : *list->array()) {
    if (each.string() == nullptr || *each.string() == "None") continue;
    const std::string why = call.options.addresses->objection(*each.string());
    if (why.empty()) continue;
    const auto error = objects::schema::invalid_value(
        "spec.clusterIPs", *list, "failed to allocate IP " + *each.string() + ": " + why);
    return tl::unexpected(invalid("", "Service", name, {error}));
  }
  return {};
}

}  // namespace kaudit::apiserver::api
