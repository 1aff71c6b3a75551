#include "apiserver/api/write/update_rules.hpp"

#include <string>

#include "apiserver/api/resource_version.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/write/strategies.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

audit::Status no_version(const Call& call) {
  // This error names the resource where others have the kind.
  return invalid(call.resource.group, call.resource.name, call.name,
                 {{"FieldValueInvalid", "metadata.resourceVersion",
                   "Invalid value: 0: must be specified for an update"}});
}

}  // namespace

bool created_by_update(const Call& call) noexcept {
  return call.subresource == nullptr &&
         strategy_of(call.resource).create_on_update == CreateOnUpdate::Yes;
}

audit::Status uid_conflict(const Call& call, const Json& wanted, std::string_view stored) {
  std::string key = "/registry/" + std::string(call.resource.name) + "/";
  if (!call.ns.empty()) key += call.ns + "/";
  return conflict(
      call.resource, call.name,
      "StorageError: invalid object, Code: 4, Key: " + key + call.name +
          ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: " +
          std::string(wanted.find("metadata")->text("uid")) +
          ", UID in object meta: " + std::string(stored));
}

Expected<void> check_update_version(const Call& call, const Json& current, const Json& wanted) {
  const Json& now = *current.find("metadata");
  const Json& then = *wanted.find("metadata");
  const std::string_view uid = then.text("uid");
  if (!uid.empty() && uid != now.text("uid")) {
    return tl::unexpected(uid_conflict(call, wanted, now.text("uid")));
  }
  const std::string_view version = then.text("resourceVersion");
  if (version.empty() || version == "0") {
    if (strategy_of(call.resource).unconditional_update == UnconditionalUpdate::Refused) {
      return tl::unexpected(no_version(call));
    }
    return {};
  }
  return check_stated_version(call, now, version);
}

// (apiserver pkg/registry/generic/registry Store.Update)
Expected<void> check_stated_version(const Call& call, const Json& now, std::string_view version) {
  const auto number = parse_version_number(version);
  if (!number) return tl::unexpected(unexpected(number.error().message));
  if (*number != 0 && version != now.text("resourceVersion")) {
    return tl::unexpected(refused(call, store::Refusal::Changed));
  }
  return {};
}

}  // namespace kaudit::apiserver::api
