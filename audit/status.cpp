#include "audit/status.hpp"

#include "audit/status_json.hpp"
#include "base/json/object_writer.hpp"

namespace kaudit::audit {
namespace {

void write_list_meta(JsonWriter& writer, const ListMeta& meta) {
  ObjectWriter object(writer);
  object.text(R"("selfLink":)", meta.self_link);
  object.text(R"("resourceVersion":)", meta.resource_version);
  object.text(R"("continue":)", meta.continue_token);
  if (meta.remaining_item_count) {
    object.member(R"("remainingItemCount":)").integer(*meta.remaining_item_count);
  }
  if (meta.shard_info) {
    ObjectWriter(object.member(R"("shardInfo":)"))
        .member(R"("selector":)")
        .string(meta.shard_info->selector);
  }
}

void write_causes(JsonWriter& writer, const std::vector<StatusCause>& causes) {
  writer.literal("[");
  bool first = true;
  for (const StatusCause& cause : causes) {
    if (!first) writer.literal(",");
    first = false;
    ObjectWriter object(writer);
    object.text(R"("reason":)", cause.reason);
    object.text(R"("message":)", cause.message);
    object.text(R"("field":)", cause.field);
  }
  writer.literal("]");
}

void write_details(JsonWriter& writer, const StatusDetails& details) {
  ObjectWriter object(writer);
  object.text(R"("name":)", details.name);
  object.text(R"("group":)", details.group);
  object.text(R"("kind":)", details.kind);
  object.text(R"("uid":)", details.uid);
  if (!details.causes.empty()) write_causes(object.member(R"("causes":)"), details.causes);
  if (details.retry_after_seconds != 0) {
    object.member(R"("retryAfterSeconds":)").integer(details.retry_after_seconds);
  }
}

}  // namespace

void write_status(JsonWriter& writer, const Status& status) {
  ObjectWriter object(writer);
  object.text(R"("kind":)", status.kind);
  object.text(R"("apiVersion":)", status.api_version);
  write_list_meta(object.member(R"("metadata":)"), status.metadata);
  object.text(R"("status":)", status.status);
  object.text(R"("message":)", status.message);
  object.text(R"("reason":)", status.reason);
  if (status.details) write_details(object.member(R"("details":)"), *status.details);
  if (status.code != 0) object.member(R"("code":)").integer(status.code);
}

void append_json(std::string& out, const Status& status) {
  JsonWriter writer(out);
  write_status(writer, status);
}

}  // namespace kaudit::audit
