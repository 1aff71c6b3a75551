#include "apiserver/filters/latency.hpp"

#include <chrono>
#include <string>
#include <string_view>

#include "base/text/duration.hpp"

namespace kaudit::apiserver::filters {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds kThreshold = std::chrono::milliseconds(500);

void annotate(audit::Context& context, std::string_view layer, nanoseconds took) {
  if (took.count() > 0) {
    context.annotate("apiserver.latency.k8s.io/" + std::string(layer), duration_text(took));
  }
}

}  // namespace

void annotate_latencies(audit::Context& context, const RequestScope& scope, Timestamp completed) {
  const nanoseconds total =
      std::chrono::seconds(completed.seconds - scope.received.seconds) +
      nanoseconds(static_cast<std::int64_t>(completed.nanoseconds) - scope.received.nanoseconds);
  if (total <= kThreshold) return;
  const Latencies& took = scope.latencies;
  annotate(context, "total", total);
  annotate(context, "authentication", took.authentication);
  annotate(context, "authorization", took.authorization);
  annotate(context, "etcd", took.etcd);
  annotate(context, "transform-response-object", took.transform_response_object);
  annotate(context, "serialize-response-object", took.serialize_response_object);
  annotate(context, "response-write", took.response_write);
  annotate(context, "mutating-webhook", took.mutating_webhook);
  annotate(context, "validating-webhook", took.validating_webhook);
}

}  // namespace kaudit::apiserver::filters
