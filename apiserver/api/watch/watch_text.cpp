#include "apiserver/api/watch/watch_text.hpp"

#include "apiserver/http/websocket.hpp"
#include "apiserver/objects/codec/protobuf_body.hpp"
#include "base/json/json_text.hpp"

namespace kaudit::apiserver::api {
namespace {

constexpr std::string_view kAdded = "ADDED";
constexpr std::string_view kModified = "MODIFIED";
constexpr std::string_view kDeleted = "DELETED";

// "" when the change means nothing to the selection.
std::string_view type_of(const store::Change& change, const Selection& selection) {
  const bool now = change.type != store::Change::Type::Deleted && selection.matches(*change.object);
  const bool before = change.previous != nullptr && selection.matches(*change.previous);
  if (now) return before ? kModified : kAdded;
  return before ? kDeleted : "";
}

void begin_json(std::string& out, std::string_view type) {
  out.append("{\"type\":\"").append(type).append("\",\"object\":");
}

std::string protobuf_event(std::string_view type, std::string_view json) {
  objects::ProtobufBody body;
  return std::string(body.watch_event(type, json).value_or(std::string_view()));
}

}  // namespace

std::string WatchText::event_of(std::string_view type, std::string_view object) const {
  std::string text;
  text.reserve(object.size() + 40);
  if (format_ == ObjectFormat::Protobuf) {
    form_.append(text, object);
    return protobuf_event(type, text);
  }
  begin_json(text, type);
  form_.append(text, object);
  return text += "}\n";
}

std::string WatchText::change_event(std::string_view type, const store::Change& change) const {
  const bool left = type == kDeleted && change.type == store::Change::Type::Modified;
  // What leaves the selection is shown as it was, at the version of the change.
  return left ? event_of(type, change.previous->at_version(change.version())->text())
              : event_of(type, change.object->text());
}

void WatchText::append_event(std::string& out, std::string_view event) const {
  const bool binary = format_ == ObjectFormat::Protobuf;
  switch (framing_) {
    case Framing::Stream:
      if (binary) {
        objects::append_length_delimited(out, event);
      } else {
        out += event;
      }
      break;
    case Framing::WebSocket:
      http::websocket::append_frame(
          out, binary ? http::websocket::Opcode::Binary : http::websocket::Opcode::Text, event);
      break;
  }
}

void WatchText::append_existing(std::string& out, const objects::Object& object) {
  if (!selection_.matches(object)) return;
  append_event(out, event_of(kAdded, object.text()));
  form_.sent();
}

void WatchText::append_change(std::string& out, const store::Change& change) {
  const std::string_view type = type_of(change, selection_);
  if (type.empty()) return;
  std::string form = form_.name().append(" ").append(type);
  if (format_ == ObjectFormat::Protobuf) form += " protobuf";
  append_event(out, change.texts.get(form, [&] { return change_event(type, change); }));
  form_.sent();
}

void WatchText::append_bookmark(std::string& out, std::uint64_t version, Mark mark) {
  std::string object = "{\"kind\":";
  append_json_string(object, call_.resource.kind);
  object += ",\"apiVersion\":";
  append_json_string(object, call_.resource.api_version);
  object += ",\"metadata\":{\"resourceVersion\":\"" + std::to_string(version) + "\"";
  if (mark == Mark::InitialEventsEnd) {
    object += ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}";
  }
  object += "}}";
  append_event(out, event_of("BOOKMARK", object));
}

void WatchText::append_error(std::string& out, const audit::Status& status) const {
  std::string json;
  append_json(json, status);
  if (format_ == ObjectFormat::Protobuf) {
    append_event(out, protobuf_event("ERROR", json));
    return;
  }
  std::string text;
  begin_json(text, "ERROR");
  append_event(out, text.append(json).append("}\n"));
}

}  // namespace kaudit::apiserver::api
