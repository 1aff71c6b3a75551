#include <string>
#include <utility>

#include "apiserver/api/operations.hpp"
#include "apiserver/api/patch_change.hpp"
#include "apiserver/api/patch_type.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/stored_change.hpp"
#include "apiserver/api/write_options.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

// A patch leaves the name and the namespace alone. (pkg/endpoints/handlers applyPatch)
Expected<void> check_place(const Call& call, const Json& patched) {
  const Json& metadata = *patched.find("metadata");
  const std::string_view name = metadata.text("name");
  if (name.empty()) {
    return tl::unexpected(bad_request("the name of the object (" + call.name +
                                      " based on URL) was undeterminable: name must be provided"));
  }
  if (name != call.name) {
    return tl::unexpected(bad_request("the name of the object (" + std::string(name) +
                                      ") does not match the name on the URL (" + call.name + ")"));
  }
  return {};
}

}  // namespace

Handled patch(Call& call) {
  const auto type = patch_type(call.scope.request().headers);
  if (!type) co_return tl::unexpected(type.error());
  const auto body = co_await read_body(call);
  if (!body) co_return tl::unexpected(body.error());
  const auto options = patch_options(call.scope.url, *type);
  if (!options) co_return tl::unexpected(options.error());
  auto as_sent = audit::RawJson::parse(*body);
  if (!as_sent) co_return tl::unexpected(bad_request("invalid JSON patch"));
  if (call.scope.audit != nullptr) {
    call.scope.audit->log_request_object(*std::move(as_sent), audit::Context::ManagedFields::Patch);
  }
  const auto mechanism = patch_change(*type, *body);
  if (mechanism == nullptr) co_return tl::unexpected(not_implemented("server-side apply"));
  const Change change = [&call, &mechanism](const Json& current) -> Expected<Json> {
    auto patched = mechanism->apply(call, current);
    if (!patched) return patched;
    if (auto stays = check_place(call, *patched); !stays) return tl::unexpected(stays.error());
    return patched;
  };
  co_return co_await change_stored(call, change, UidRule::Immutable, options->write.dry_run);
}

}  // namespace kaudit::apiserver::api
