#include "apiserver/api/recorded_objects.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "apiserver/api/status_errors.hpp"
#include "base/text/integer.hpp"
#include "base/text/quote.hpp"

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

boost::asio::awaitable<Expected<void>> slept_as_asked(Call& call, const Json& object) {
  constexpr std::string_view kName = "ref/sleep-ms";
  constexpr std::int64_t kMostMs = 600'000;
  if (call.options.sleep_annotation == SleepAnnotation::Ignored) co_return Expected<void>();
  const Json* annotations = object.find("metadata")->find("annotations");
  const Json* annotation = annotations != nullptr ? annotations->find(kName) : nullptr;
  if (annotation == nullptr) co_return Expected<void>();
  const auto milliseconds = parse_int64(annotations->text(kName));
  if (!milliseconds || *milliseconds < 0 || *milliseconds > kMostMs) {
    co_return tl::unexpected(bad_request(
        "annotation ref/sleep-ms: " + go_quoted(annotations->text(kName)) +
        " must be a whole number of milliseconds from 0 to " + std::to_string(kMostMs)));
  }
  const bool slept =
      co_await call.scope.cancellation.sleep_for(std::chrono::milliseconds(*milliseconds));
  if (!slept) co_return tl::unexpected(timeout(call.scope.cancellation.reason()));
  co_return Expected<void>();
}

}  // namespace kaudit::apiserver::api
