#include "audit/status_reader.hpp"

namespace kaudit::audit {
namespace {

void read_shard_info_member(StructReader& in, std::string_view name, ShardInfo& info) {
  if (name == "selector") return in.text(info.selector);
  in.skip();
}

void read_list_meta_member(StructReader& in, std::string_view name, ListMeta& meta) {
  if (name == "selfLink") return in.text(meta.self_link);
  if (name == "resourceVersion") return in.text(meta.resource_version);
  if (name == "continue") return in.text(meta.continue_token);
  if (name == "remainingItemCount") return in.integer(meta.remaining_item_count);
  if (name == "shardInfo") {
    return in.object(meta.shard_info, [&](std::string_view inner, ShardInfo& to) {
      read_shard_info_member(in, inner, to);
    });
  }
  in.skip();
}

void read_cause_member(StructReader& in, std::string_view name, StatusCause& cause) {
  if (name == "reason") return in.text(cause.reason);
  if (name == "message") return in.text(cause.message);
  if (name == "field") return in.text(cause.field);
  in.skip();
}

void read_causes(StructReader& in, std::vector<StatusCause>& causes) {
  causes.clear();
  in.array([&] {
    StatusCause& cause = causes.emplace_back();
    in.object([&](std::string_view inner) { read_cause_member(in, inner, cause); });
  });
}

void read_details_member(StructReader& in, std::string_view name, StatusDetails& details) {
  if (name == "name") return in.text(details.name);
  if (name == "group") return in.text(details.group);
  if (name == "kind") return in.text(details.kind);
  if (name == "uid") return in.text(details.uid);
  if (name == "causes") return read_causes(in, details.causes);
  if (name == "retryAfterSeconds") return in.integer(details.retry_after_seconds);
  in.skip();
}

}  // namespace

void read_status_member(StructReader& in, std::string_view name, Status& status) {
  if (name == "kind") return in.text(status.kind);
  if (name == "apiVersion") return in.text(status.api_version);
  if (name == "metadata") {
    return in.object(
        [&](std::string_view inner) { read_list_meta_member(in, inner, status.metadata); });
  }
  if (name == "status") return in.text(status.status);
  if (name == "message") return in.text(status.message);
  if (name == "reason") return in.text(status.reason);
  if (name == "details") {
    return in.object(status.details, [&](std::string_view inner, StatusDetails& to) {
      read_details_member(in, inner, to);
    });
  }
  if (name == "code") return in.integer(status.code);
  in.skip();
}

}  // namespace kaudit::audit
