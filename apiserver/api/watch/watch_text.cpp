#include "apiserver/api/watch/watch_text.hpp"

#include "apiserver/http/websocket.hpp"
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

void begin_event(std::string& out, std::string_view type) {
  out.append("{\"type\":\"").append(type).append("\",\"object\":");
}

std::string line_of(const store::Change& change, std::string_view type, const ObjectForm& form) {
  const bool left = type == kDeleted && change.type == store::Change::Type::Modified;
  std::string line;
  line.reserve(change.object->text().size() + 40);
  begin_event(line, type);
  // What leaves the selection is shown as it was, at the version of the change.
  form.append(line, left ? change.previous->at_version(change.version()) : change.object);
  return line += "}\n";
}

}  // namespace

void WatchText::append_line(std::string& out, std::string_view line) const {
  switch (framing_) {
    case Framing::Lines:
      out += line;
      break;
    case Framing::WebSocket:
      http::websocket::append_frame(out, http::websocket::Opcode::Text, line);
      break;
  }
}

void WatchText::append_existing(std::string& out, const objects::ObjectPtr& object) {
  if (!selection_.matches(*object)) return;
  std::string line;
  line.reserve(object->text().size() + 40);
  begin_event(line, kAdded);
  form_.append(line, object);
  line += "}\n";
  append_line(out, line);
  form_.sent();
}

void WatchText::append_change(std::string& out, const store::Change& change) {
  const std::string_view type = type_of(change, selection_);
  if (type.empty()) return;
  const std::string form = form_.name().append(" ").append(type);
  append_line(out, change.texts.get(form, [&] { return line_of(change, type, form_); }));
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
  std::string line;
  begin_event(line, "BOOKMARK");
  std::string object = type_members();
  object += ",\"metadata\":{";
  const std::string annotations = "\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}";
  const bool by_name = call_.resource.is_custom();
  if (mark == Mark::InitialEventsEnd && by_name) object += annotations + ",";
  object += "\"resourceVersion\":\"" + std::to_string(version) + "\"";
  if (mark == Mark::InitialEventsEnd && !by_name) object += "," + annotations;
  object += "}}";
  form_.append_text(line, object);
  line += "}\n";
  append_line(out, line);
}

void WatchText::append_error(std::string& out, const audit::Status& status) const {
  std::string line;
  begin_event(line, "ERROR");
  append_json(line, status);
  line += "}\n";
  append_line(out, line);
}

}  // namespace kaudit::apiserver::api
