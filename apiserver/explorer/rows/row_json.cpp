#include "apiserver/explorer/rows/row_json.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "apiserver/explorer/json_parts.hpp"
#include "base/json/json_writer.hpp"
#include "base/text/timestamp_text.hpp"

namespace kaudit::apiserver::explorer {
namespace {

std::int64_t microseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time).count();
}

/// From `from` to `to`; 0 when a clock was set back between them.
std::int64_t microseconds_between(Timestamp from, Timestamp to) {
  const std::int64_t time = (to.seconds - from.seconds) * 1'000'000 +
                            (static_cast<std::int64_t>(to.nanoseconds) - from.nanoseconds) / 1'000;
  return std::max<std::int64_t>(time, 0);
}

/// What tells of the request as long as its way through the chain goes on: its events, or else what
/// was collected of it.
const std::vector<audit::EventPtr>& known_events(const RequestRecord& record) {
  return record.events.empty() ? record.whole : record.events;
}

std::string_view username_of(const RequestRecord& record) {
  if (record.run) return record.run->user->username;
  const auto& known = known_events(record);
  return known.empty() ? std::string_view() : known.front()->user->username;
}

int code_of(const RequestRecord& record) {
  if (record.run) return record.run->code;
  const auto& known = known_events(record);
  return !known.empty() && known.back()->response_status ? known.back()->response_status->code : 0;
}

/// What the request is about, from the chain or, as long as that goes on, from its first event.
void write_object(ObjectWriter& row, const RequestRecord& record) {
  if (record.run) {
    const request::RequestInfo& info = record.run->info;
    if (!info.is_resource_request) return;
    row.text(R"("group":)", info.api_group);
    row.text(R"("resource":)", info.resource);
    row.text(R"("subresource":)", info.subresource);
    row.text(R"("namespace":)", info.ns);
    // A create's name is in its body, which its last event knows.
    const auto& known = known_events(record);
    const audit::EventPtr last = known.empty() ? nullptr : known.back();
    row.text(R"("name":)",
             last && last->object_ref ? std::string_view(last->object_ref->name) : info.name);
  } else if (const auto& known = known_events(record);
             !known.empty() && known.front()->object_ref) {
    const audit::ObjectReference& object = *known.front()->object_ref;
    row.text(R"("group":)", object.api_group);
    row.text(R"("resource":)", object.resource);
    row.text(R"("subresource":)", object.subresource);
    row.text(R"("namespace":)", object.ns);
    row.text(R"("name":)", object.name);
  }
}

/// The latest step of each backend.
void write_backends(JsonWriter& writer, const RequestRecord& record) {
  std::vector<const DeliveryEntry*> latest;
  for (const DeliveryEntry& entry : record.deliveries) {
    const auto same = std::ranges::find(latest, entry.backend, &DeliveryEntry::backend);
    if (same == latest.end()) {
      latest.push_back(&entry);
    } else {
      *same = &entry;
    }
  }
  write_array(writer, latest, [&writer](const DeliveryEntry* entry) {
    ObjectWriter object(writer);
    object.text(R"("backend":)", entry->backend);
    object.text(R"("step":)", audit::text(entry->step));
  });
}

}  // namespace

void write_time(JsonWriter& writer, Timestamp time) {
  std::string text;
  append_micro_time(text, time);
  writer.raw(text);
}

void write_row_members(ObjectWriter& row, const RequestRecord& record) {
  const ChainRun* const run = record.run.get();
  const auto& known = known_events(record);
  const audit::Event* const first = known.empty() ? nullptr : known.front().get();
  row.member(R"("number":)").integer(static_cast<std::int64_t>(record.number));
  row.member(R"("version":)").integer(static_cast<std::int64_t>(record.version));
  row.text(R"("auditID":)", record.audit_id);
  const Timestamp received = run != nullptr     ? run->received
                             : first != nullptr ? first->request_received_timestamp
                                                : Timestamp{};
  write_time(row.member(R"("received":)"), received);
  row.text(R"("user":)", username_of(record));
  if (first != nullptr && known.back()->impersonated_user) {
    row.text(R"("as":)", known.back()->impersonated_user->username);
  }
  row.text(R"("verb":)", run != nullptr     ? std::string_view(run->info.verb)
                         : first != nullptr ? std::string_view(first->verb)
                                            : std::string_view());
  if (run != nullptr) row.text(R"("method":)", run->method);
  row.text(R"("uri":)", run != nullptr     ? std::string_view(run->target)
                        : first != nullptr ? std::string_view(first->request_uri)
                                           : std::string_view());
  write_object(row, record);
  row.member(R"("code":)").integer(code_of(record));
  row.text(R"("level":)",
           record.events.empty() ? "None" : std::string_view(record.events.front()->level));
  if (run != nullptr && !run->steps.empty()) {
    row.member(R"("micros":)").integer(microseconds(run->steps.front().left));
    row.text(R"("answeredBy":)", run->answered_by);
  }
  write_flag(row.member(R"("ended":)"), record.ended());
  JsonWriter& stages = row.member(R"("stages":)");
  write_array(stages, record.events, [&](const audit::EventPtr& event) {
    ObjectWriter stage(stages);
    stage.text(R"("stage":)", event->stage);
    stage.member(R"("micros":)")
        .integer(microseconds_between(event->request_received_timestamp, event->stage_timestamp));
  });
  write_backends(row.member(R"("backends":)"), record);
}

void append_row(std::string& out, const RequestRecord& record) {
  JsonWriter writer(out);
  ObjectWriter row(writer);
  write_row_members(row, record);
}

}  // namespace kaudit::apiserver::explorer
