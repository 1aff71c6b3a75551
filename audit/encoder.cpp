#include "audit/encoder.hpp"

#include "audit/event_json.hpp"
#include "audit/status_json.hpp"
#include "base/json/json_writer.hpp"
#include "base/json/object_writer.hpp"
#include "base/text/timestamp_text.hpp"

namespace kaudit::audit {
namespace {

/// What an event's bytes are about without its bodies; only a first guess at how much to reserve.
constexpr std::size_t kTypicalSize = 1024;

constexpr std::string_view kListBegin =
    R"({"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":)";
constexpr std::string_view kListEnd = "]}\n";
static_assert(kEventListFrame == kListBegin.size() + 1 + kListEnd.size());

void write_texts(JsonWriter& writer, const std::vector<std::string>& texts) {
  writer.literal("[");
  bool first = true;
  for (const std::string& text : texts) {
    if (!first) writer.literal(",");
    first = false;
    writer.string(text);
  }
  writer.literal("]");
}

void write_extra(JsonWriter& writer, const UserInfo::Extra& extra) {
  char separator = '{';
  for (const auto& [key, values] : extra) {
    writer.character(separator);
    separator = ',';
    writer.string(key);
    writer.literal(":");
    if (values) {
      write_texts(writer, *values);
    } else {
      writer.literal("null");
    }
  }
  writer.literal("}");
}

void write_user(JsonWriter& writer, const UserInfo& user) {
  ObjectWriter object(writer);
  object.text(R"("username":)", user.username);
  object.text(R"("uid":)", user.uid);
  if (!user.groups.empty()) write_texts(object.member(R"("groups":)"), user.groups);
  if (!user.extra.empty()) write_extra(object.member(R"("extra":)"), user.extra);
}

/// What has been encoded before for another event that shares it.
template <typename T>
void write_shared(JsonWriter& writer, const Shared<T>& value,
                  void (*write)(JsonWriter&, const T&)) {
  const auto encode = [write](std::string& out, const T& of) {
    JsonWriter inner(out);
    write(inner, of);
  };
  if (const std::string* json = value.json(encode)) {
    writer.raw(*json);
  } else {
    write(writer, *value);
  }
}

/// With the commas before its members, of which there may be none.
void write_source(JsonWriter& writer, const RequestSource& source) {
  if (!source.ips.empty()) {
    writer.literal(R"(,"sourceIPs":)");
    write_texts(writer, source.ips);
  }
  if (!source.user_agent.empty()) {
    writer.literal(R"(,"userAgent":)");
    writer.string(source.user_agent);
  }
}

void write_object_ref(JsonWriter& writer, const ObjectReference& ref) {
  ObjectWriter object(writer);
  object.text(R"("resource":)", ref.resource);
  object.text(R"("namespace":)", ref.ns);
  object.text(R"("name":)", ref.name);
  object.text(R"("uid":)", ref.uid);
  object.text(R"("apiGroup":)", ref.api_group);
  object.text(R"("apiVersion":)", ref.api_version);
  object.text(R"("resourceVersion":)", ref.resource_version);
  object.text(R"("subresource":)", ref.subresource);
}

void write_annotations(JsonWriter& writer, const Annotations& annotations) {
  char separator = '{';
  for (const auto [key, value] : annotations) {
    writer.character(separator);
    separator = ',';
    writer.string(key);
    writer.literal(":");
    writer.string(value);
  }
  writer.literal("}");
}

void write_word(JsonWriter& writer, const EventWord& word) {
  if (!word.is_known()) return writer.string(word);
  writer.character('"');
  writer.raw(word);
  writer.character('"');
}

void write_time(JsonWriter& writer, Timestamp time) {
  char buffer[kTimeSize];
  const char* const end = write_micro_time(buffer, time);
  writer.raw({buffer, static_cast<std::size_t>(end - buffer)});
}

}  // namespace

void write_members_before_bodies(JsonWriter& writer, const Event& event) {
  const RequestMembers& known = event.request_members;
  if (known.are_made()) {
    writer.raw(known.before_stage());
    write_word(writer, event.stage);
    writer.raw(known.after_stage());
  } else {
    write_identity(writer, event);
    write_word(writer, event.stage);
    write_request(writer, event);
  }
  if (event.response_status) {
    writer.literal(R"(,"responseStatus":)");
    write_status(writer, *event.response_status);
  }
}

void write_identity(JsonWriter& writer, const Event& event) {
  writer.literal(R"("level":)");
  write_word(writer, event.level);
  writer.literal(R"(,"auditID":)");
  writer.string(event.audit_id);
  writer.literal(R"(,"stage":)");
}

void write_request(JsonWriter& writer, const Event& event) {
  writer.literal(R"(,"requestURI":)");
  writer.string(event.request_uri);
  writer.literal(R"(,"verb":)");
  writer.string(event.verb);
  writer.literal(R"(,"user":)");
  write_shared(writer, event.user, write_user);
  if (event.impersonated_user) {
    writer.literal(R"(,"impersonatedUser":)");
    write_user(writer, *event.impersonated_user);
  }
  if (event.authentication_metadata) {
    writer.literal(R"(,"authenticationMetadata":)");
    ObjectWriter(writer).text(R"("impersonationConstraint":)",
                              event.authentication_metadata->impersonation_constraint);
  }
  write_shared(writer, event.source, write_source);
  if (event.object_ref) {
    writer.literal(R"(,"objectRef":)");
    write_object_ref(writer, *event.object_ref);
  }
}

void write_received(JsonWriter& writer, const Event& event) {
  writer.literal(R"(,"requestReceivedTimestamp":)");
  write_time(writer, event.request_received_timestamp);
}

void write_members_after_bodies(JsonWriter& writer, const Event& event) {
  if (event.request_members.are_made()) {
    writer.raw(event.request_members.received());
  } else {
    write_received(writer, event);
  }
  writer.literal(R"(,"stageTimestamp":)");
  write_time(writer, event.stage_timestamp);
  if (!event.annotations.empty()) {
    writer.literal(R"(,"annotations":)");
    write_annotations(writer, event.annotations);
  }
}

namespace {

void write_members(JsonWriter& writer, const Event& event) {
  write_members_before_bodies(writer, event);
  if (!event.request_object.empty()) {
    writer.literal(kRequestObjectMember);
    writer.raw(event.request_object.view());
  }
  if (!event.response_object.empty()) {
    writer.literal(kResponseObjectMember);
    writer.raw(event.response_object.view());
  }
  write_members_after_bodies(writer, event);
}

void reserve_for(JsonWriter& writer, const Event& event) {
  writer.reserve(kTypicalSize + event.request_object.view().size() +
                 event.response_object.view().size());
}

}  // namespace

void append_event(std::string& out, const Event& event) {
  JsonWriter writer(out, JsonWriter::AtEnd::Drop);
  write_event_line(writer, event);
  writer.flush();
}

void write_event_line(JsonWriter& writer, const Event& event) {
  reserve_for(writer, event);
  if (const EncodedEvent* form = event.encoded.find(event)) {
    form->write_line(writer, event);
    return;
  }
  writer.literal(kLineBegin);
  write_members(writer, event);
  writer.literal("}\n");
}

std::size_t line_size(const Event& event) { return event.encoded.get(event).line_size(event); }

std::size_t item_size(const Event& event) { return event.encoded.get(event).item_size(event); }

void append_list_item(std::string& out, const Event& event) {
  JsonWriter writer(out, JsonWriter::AtEnd::Drop);
  reserve_for(writer, event);
  if (const EncodedEvent* form = event.encoded.find(event)) {
    form->write_item(writer, event);
  } else {
    writer.literal("{");
    write_members(writer, event);
    writer.literal("}");
  }
  writer.flush();
}

void append_event_list(std::string& out, std::span<const EventPtr> events) {
  out += kListBegin;
  if (events.empty()) {
    out += "null}\n";
    return;
  }
  char separator = '[';
  for (const EventPtr& event : events) {
    out += separator;
    separator = ',';
    append_list_item(out, *event);
  }
  out += kListEnd;
}

}  // namespace kaudit::audit
