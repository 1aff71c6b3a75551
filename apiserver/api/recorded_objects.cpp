#include "apiserver/api/recorded_objects.hpp"

#include <chrono>

#include "base/text/integer.hpp"

namespace kaudit::apiserver::api {

using objects::Json;

void record_request_object(Call& call, const Json& object) {
  audit::Context* audit = call.scope.audit;
  if (audit == nullptr) return;
  audit::ObjectReference reference;
  reference.api_group = call.resource.group;
  reference.api_version = call.resource.version;
  reference.resource = call.resource.name;
  if (call.subresource != nullptr) reference.subresource = call.subresource->name;
  if (const Json* metadata = object.find("metadata")) {
    reference.name = metadata->text("name");
    reference.ns = metadata->text("namespace");
    reference.uid = metadata->text("uid");
    reference.resource_version = metadata->text("resourceVersion");
  }
  audit->complete_object_ref(reference);
  if (audit->wants_request_object()) {
    audit->log_request_object(RawJson::trusted(object.dump()));
  }
}

boost::asio::awaitable<bool> slept_as_asked(Call& call, const Json& object) {
  if (call.options.sleep_annotation == SleepAnnotation::Ignored) co_return true;
  const Json* annotations = object.find("metadata")->find("annotations");
  if (annotations == nullptr) co_return true;
  const auto milliseconds = parse_int64(annotations->text("ref/sleep-ms"));
  if (!milliseconds) co_return true;
  co_return co_await call.scope.cancellation.sleep_for(std::chrono::milliseconds(*milliseconds));
}

}  // namespace kaudit::apiserver::api
