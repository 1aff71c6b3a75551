#include <string>
#include <utility>

#include "apiserver/api/operations.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/subresources/scale.hpp"
#include "apiserver/api/write/create_object.hpp"
#include "apiserver/api/write/field_ownership.hpp"
#include "apiserver/api/write/stored_change.hpp"
#include "apiserver/api/write/update_rules.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

// The name in a PUT's body must be that of the URL. (pkg/endpoints/handlers checkName)
Expected<void> check_body_name(const Call& call, const Json& object) {
  const std::string_view name = object.find("metadata")->text("name");
  if (name == call.name) return {};
  if (name.empty()) {
    return tl::unexpected(bad_request("the name of the object (" + call.name +
                                      " based on URL) was undeterminable: name must be provided"));
  }
  return tl::unexpected(bad_request("the name of the object (" + std::string(name) +
                                    ") does not match the name on the URL (" + call.name + ")"));
}

// A Scale stands for a part of the object that is stored.
Expected<Json> scaled(const Call& call, const WriteOptions& options, const Json& current,
                      const Json& scale) {
  auto wanted = with_scale(call, current, scale);
  if (wanted) track_update(call, options.field_manager, current, *wanted);
  return wanted;
}

}  // namespace

Handled update(Call& call) {
  auto written = co_await read_object_of(call, body_type(call), "UpdateOptions");
  if (!written) co_return tl::unexpected(written.error());
  Json& object = written->object;
  // Before the store is asked: a wrong name is a 400 even where there is no such object.
  if (auto named = check_body_name(call, object); !named) co_return tl::unexpected(named.error());
  const Change change = [&](const Json& current) -> Expected<Json> {
    if (is_scale(call)) return scaled(call, written->options, current, object);
    Json wanted = object;
    track_update(call, written->options.field_manager, current, wanted);
    return wanted;
  };
  // First the change and only then, on a 404, the creation: looking first would leave a gap in
  // which another request could make the object.
  auto reply =
      co_await change_stored(call, change, UidRule::Precondition, written->options.dry_run);
  if (reply || reply.error().code != 404 || !created_by_update(call)) co_return reply;
  if (!object.find("metadata")->text("uid").empty()) {
    co_return tl::unexpected(uid_conflict(call, object, ""));
  }
  object.find("metadata")->erase("resourceVersion");
  track_create(call, written->options.field_manager, object);
  co_return co_await create_object(call, *written);
}

}  // namespace kaudit::apiserver::api
