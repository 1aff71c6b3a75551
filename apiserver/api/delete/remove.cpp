#include <string>

#include "apiserver/api/custom/conversion.hpp"
#include "apiserver/api/delete/delete_object.hpp"
#include "apiserver/api/delete/delete_options.hpp"
#include "apiserver/api/delete/namespaces.hpp"
#include "apiserver/api/object_version.hpp"
#include "apiserver/api/operations.hpp"
#include "apiserver/api/status_errors.hpp"

namespace kaudit::apiserver::api {
namespace {

/// `Success`, and what is gone; a body of it shows no code.
audit::Status deleted(const Call& call, const objects::Object& object) {
  audit::Status status;
  status.kind = "Status";
  status.api_version = "v1";
  status.status = "Success";
  status.details.emplace();
  status.details->name = object.meta().name;
  status.details->group = call.resource.group;
  status.details->kind = call.resource.name;
  status.details->uid = object.meta().uid;
  return status;
}

}  // namespace

Handled remove(Call& call) {
  // The body before anything else: reading it records it, also for a DELETE that is forbidden.
  const auto request = co_await read_delete_request(call);
  if (!request) co_return tl::unexpected(request.error());
  if (call.resource.name == "namespaces" && is_protected(call.name)) {
    co_return tl::unexpected(
        forbidden(call.resource, call.name, "this namespace may not be deleted"));
  }
  const auto deletion = co_await delete_object(call, *request);
  if (!deletion) co_return tl::unexpected(deletion.error());
  const bool object_answered = call.resource.delete_answer == objects::DeleteAnswer::Object;
  if (!deletion->gone || object_answered) {
    objects::ObjectPtr object = deletion->object;
    if (has_converter(call)) {
      auto converted = co_await convert_stored(call, object);
      if (!converted) co_return tl::unexpected(converted.error());
      object = *std::move(converted);
    }
    co_return Reply{200, objects::json_of(in_version_of(call, object))};
  }
  // Not a failure, but a Status it is: responseStatus shows what is gone.
  co_return tl::unexpected(deleted(call, *deletion->object));
}

}  // namespace kaudit::apiserver::api
