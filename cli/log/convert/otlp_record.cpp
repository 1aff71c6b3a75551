// An event as OpenTelemetry's JSON has a record of a log.
#include "audit/encoder.hpp"
#include "base/json/json_text.hpp"
#include "cli/log/convert/event_writer.hpp"

namespace kaudit::cli {
namespace {

/// Nanoseconds since 1970, as a text: JSON has no numbers of that size.
std::string nanoseconds_of(Timestamp time) {
  if (time.is_zero() || time.seconds < 0) return "\"0\"";
  const std::string fraction = std::to_string(time.nanoseconds);
  return "\"" + std::to_string(time.seconds) + std::string(9 - fraction.size(), '0') + fraction +
         "\"";
}

class OtlpAttributes {
 public:
  explicit OtlpAttributes(std::string& out) : out_(out) {}
  void add(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    begin(key);
    out_ += "\"stringValue\":";
    append_json_string(out_, value);
    out_ += "}}";
  }
  void add(std::string_view key, std::int64_t value) {
    begin(key);
    out_ += "\"intValue\":\"" + std::to_string(value) + "\"}}";
  }

 private:
  void begin(std::string_view key) {
    if (any_) out_ += ',';
    any_ = true;
    out_ += "{\"key\":";
    append_json_string(out_, key);
    out_ += ",\"value\":{";
  }

  std::string& out_;
  bool any_ = false;
};

}  // namespace

void append_otlp_record(std::string& out, const audit::Event& event) {
  const std::int64_t code = event.response_status ? event.response_status->code : 0;
  // Refusals are warnings, faults of the server errors; all else is information.
  const int severity = code >= 500 ? 17 : (code >= 400 ? 13 : 9);
  const char* const name = code >= 500 ? "ERROR" : (code >= 400 ? "WARN" : "INFO");
  out += "{\"timeUnixNano\":" + nanoseconds_of(event.stage_timestamp) +
         ",\"observedTimeUnixNano\":" + nanoseconds_of(event.stage_timestamp) +
         ",\"severityNumber\":" + std::to_string(severity) + ",\"severityText\":\"" + name +
         "\",\"body\":{\"stringValue\":";
  std::string line;
  append_event(line, event);
  if (line.ends_with('\n')) line.pop_back();
  append_json_string(out, line);
  out += "},\"attributes\":[";
  OtlpAttributes attributes(out);
  attributes.add("k8s.audit.event.id", event.audit_id);
  attributes.add("k8s.audit.event.stage", event.stage);
  attributes.add("k8s.audit.event.level", event.level);
  attributes.add("k8s.audit.event.verb", event.verb);
  attributes.add("url.full", event.request_uri);
  attributes.add("user_agent.original", event.source->user_agent);
  attributes.add("k8s.user.username", event.user->username);
  if (event.impersonated_user) {
    attributes.add("k8s.impersonated_user.username", event.impersonated_user->username);
  }
  if (event.object_ref) {
    attributes.add("k8s.audit.event.object_ref.resource", event.object_ref->resource);
    attributes.add("k8s.audit.event.object_ref.subresource", event.object_ref->subresource);
    attributes.add("k8s.audit.event.object_ref.api_group", event.object_ref->api_group);
    attributes.add("k8s.audit.event.object_ref.name", event.object_ref->name);
    attributes.add("k8s.namespace.name", event.object_ref->ns);
  }
  if (!event.source->ips.empty()) attributes.add("client.address", event.source->ips.front());
  if (code != 0) attributes.add("http.response.status_code", code);
  out += "]}";
}

}  // namespace kaudit::cli
