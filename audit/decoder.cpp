#include "audit/decoder.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "audit/event_reader.hpp"
#include "base/json/compact_json.hpp"

namespace kaudit::audit {
namespace {

tl::unexpected<DecodeError> refuse(DecodeErrorClass error_class, std::string message) {
  return tl::unexpected(DecodeError{error_class, std::move(message)});
}

DecodeErrorClass class_of(JsonFlaw flaw) noexcept {
  return flaw == JsonFlaw::Depth ? DecodeErrorClass::Depth : DecodeErrorClass::Syntax;
}

}  // namespace

std::string_view to_string(DecodeErrorClass error_class) noexcept {
  switch (error_class) {
    case DecodeErrorClass::Syntax:
      return "syntax";
    case DecodeErrorClass::Type:
      return "type";
    case DecodeErrorClass::Time:
      return "time";
    case DecodeErrorClass::Gvk:
      return "gvk";
    case DecodeErrorClass::Depth:
      return "depth";
  }
  return "";
}

tl::expected<Event, DecodeError> decode_event(std::string_view json) {
  auto compact = compact_json(json);
  if (!compact) return refuse(class_of(compact.error().flaw), describe(compact.error(), json));
  return read_event(*compact);
}

std::vector<EventPtr> decode_lines(std::string_view lines) {
  std::vector<EventPtr> events;
  while (!lines.empty()) {
    const std::size_t size = std::min(lines.find('\n'), lines.size() - 1) + 1;
    events.push_back(
        std::make_shared<Event>(decode_event(lines.substr(0, size)).value_or(Event{})));
    lines.remove_prefix(size);
  }
  return events;
}

}  // namespace kaudit::audit
