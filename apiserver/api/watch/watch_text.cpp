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

std::string WatchText::event_of(std::string_view type, const objects::ObjectPtr& object) const {
  std::string text;
  text.reserve(object->text().size() + 40);
  if (format_ == ObjectFormat::Protobuf) {
    form_.append(text, object);
    return protobuf_event(type, text);
  }
  // Right into its place: objects are large.
  begin_json(text, type);
  form_.append(text, object);
  return text += "}\n";
}

std::string WatchText::event_text(std::string_view type, std::string_view shown) const {
  if (format_ == ObjectFormat::Protobuf) return protobuf_event(type, shown);
  std::string text;
  begin_json(text, type);
  return text.append(shown).append("}\n");
}

std::string WatchText::change_event(std::string_view type, const store::Change& change) const {
  const bool left = type == kDeleted && change.type == store::Change::Type::Modified;
  // What leaves the selection is shown as it was, at the version of the change.
  return event_of(type, left ? change.previous->at_version(change.version()) : change.object);
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

void WatchText::append_existing(std::string& out, const objects::ObjectPtr& object) {
  if (!selection_.matches(*object)) return;
  append_event(out, event_of(kAdded, object));
  form_.sent();
}

void WatchText::append_change(std::string& out, const store::Change& change) {
  const std::string_view type = type_of(change, selection_);
  if (type.empty()) return;
  std::string form = form_.name();
  form.append(" ").append(type);
  if (format_ == ObjectFormat::Protobuf) form += " protobuf";
  append_event(out, change.texts.get(form, [&] { return change_event(type, change); }));
  form_.sent();
}

// The beginning of an object that says of itself only what it is.
std::string WatchText::type_members() const {
  const objects::Resource& resource = call_.resource;
  std::string text = resource.is_custom() ? "{\"apiVersion\":" : "{\"kind\":";
  append_json_string(text, resource.is_custom() ? resource.api_version : resource.kind);
  text += resource.is_custom() ? ",\"kind\":" : ",\"apiVersion\":";
  append_json_string(text, resource.is_custom() ? resource.kind : resource.api_version);
  return text;
}

void WatchText::append_bookmark(std::string& out, std::uint64_t version, Mark mark) {
  std::string object = type_members();
  object += ",\"metadata\":{";
  const std::string annotations = "\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}";
  const bool by_name = call_.resource.is_custom();
  if (mark == Mark::InitialEventsEnd && by_name) object += annotations + ",";
  object += "\"resourceVersion\":\"" + std::to_string(version) + "\"";
  if (mark == Mark::InitialEventsEnd && !by_name) object += "," + annotations;
  object += "}}";
  std::string shown;
  form_.append_text(shown, object);
  append_event(out, event_text("BOOKMARK", shown));
}

void WatchText::append_error(std::string& out, const audit::Status& status) const {
  std::string json;
  append_json(json, status);
  append_event(out, event_text("ERROR", json));
}

}  // namespace kaudit::apiserver::api
