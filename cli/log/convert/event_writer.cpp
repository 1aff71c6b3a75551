#include "cli/log/convert/event_writer.hpp"

#include "audit/encoder.hpp"
#include "base/text/csv.hpp"
#include "base/text/list.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::cli {
namespace {

constexpr std::string_view kListBegin =
    R"({"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[)";
constexpr std::string_view kOtlpBegin =
    R"({"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":)"
    R"("kube-apiserver"}}]},"scopeLogs":[{"scope":{"name":"audit.k8s.io"},"logRecords":[)";

std::string csv_time(Timestamp time) {
  if (time.is_zero()) return "";
  std::string text;
  append_rfc3339(text, time, TimeForm::MicroTime);
  return text;
}

std::string csv_line(const audit::Event& event) {
  static const audit::ObjectReference kNone;
  const audit::ObjectReference& object = event.object_ref ? *event.object_ref : kNone;
  const bool answered = event.response_status.has_value();
  return csv_record(
      {csv_time(event.request_received_timestamp), csv_time(event.stage_timestamp), event.audit_id,
       std::string(event.stage), std::string(event.level), event.verb, event.user->username,
       event.impersonated_user ? event.impersonated_user->username : "",
       joined(event.user->groups, " "), joined(event.source->ips, " "), event.source->user_agent,
       object.api_group, object.resource, object.subresource, object.ns, object.name,
       answered ? std::to_string(event.response_status->code) : "",
       answered ? event.response_status->reason : "", event.request_uri});
}

std::string csv_head() {
  return csv_record({"requestReceivedTimestamp", "stageTimestamp", "auditID", "stage", "level",
                     "verb", "user", "impersonatedUser", "groups", "sourceIPs", "userAgent",
                     "apiGroup", "resource", "subresource", "namespace", "name", "code", "reason",
                     "requestURI"});
}

}  // namespace

Result<void> EventWriter::add(const audit::Event& event) {
  std::string& out = output_.buffer();
  switch (form_) {
    case EventForm::JsonLines:
      append_event(out, event);
      break;
    case EventForm::Legacy:
      append_legacy_line(out, event);
      break;
    case EventForm::List:
      out += begun_ ? "," : kListBegin;
      append_list_item(out, event);
      break;
    case EventForm::Csv:
      if (!begun_) out += csv_head() + "\n";
      out += csv_line(event) + "\n";
      break;
    case EventForm::Otlp:
      out += begun_ ? "," : kOtlpBegin;
      append_otlp_record(out, event);
      break;
  }
  begun_ = true;
  return output_.flush_when_full();
}

Result<void> EventWriter::finish() {
  std::string& out = output_.buffer();
  switch (form_) {
    case EventForm::JsonLines:
    case EventForm::Legacy:
      break;
    case EventForm::List:
      if (!begun_) out += kListBegin;
      out += "]}\n";
      break;
    case EventForm::Csv:
      if (!begun_) out += csv_head() + "\n";
      break;
    case EventForm::Otlp:
      if (!begun_) out += kOtlpBegin;
      out += "]}]}]}\n";
      break;
  }
  return output_.flush();
}

}  // namespace kaudit::cli
