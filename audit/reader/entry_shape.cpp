#include "audit/reader/entry_shape.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "audit/reader/json_extent.hpp"
#include "base/json/compact_json.hpp"
#include "base/json/json_cursor.hpp"
#include "base/text/trim.hpp"

namespace kaudit::audit::reader {
namespace {

constexpr std::array<std::string_view, 13> kOfEvents{"auditID",
                                                     "stage",
                                                     "requestURI",
                                                     "verb",
                                                     "user",
                                                     "sourceIPs",
                                                     "userAgent",
                                                     "objectRef",
                                                     "responseStatus",
                                                     "requestObject",
                                                     "responseObject",
                                                     "stageTimestamp",
                                                     "requestReceivedTimestamp"};

constexpr std::array<std::string_view, 6> kArrays{"items",   "events",  "logEvents",
                                                  "records", "results", "Events"};

/// A docker daemon cuts lines at so many bytes.
constexpr std::size_t kDockerPart = 16 * 1024;

bool contains(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// Walks over the members of an object that may be cut off.
class Members {
 public:
  explicit Members(std::string_view text) : rest_(text.substr(1)) {}

  /// Goes to the next member. False: the object ends, or the text does.
  bool next() {
    skip(",");
    if (rest_.empty() || rest_.front() != '"') {
      finished_ = !rest_.empty();
      return false;
    }
    JsonExtent quoted;
    if (!is_complete(quoted.scan(rest_))) return false;
    name_ = rest_.substr(1, quoted.size() - 2);
    rest_.remove_prefix(quoted.size());
    skip(":");
    return !rest_.empty();
  }

  std::string_view name() const { return name_; }
  /// The value, as far as it is there.
  std::string_view value() const { return rest_; }
  /// Passes the value; false: it is cut off.
  bool pass() {
    JsonExtent extent;
    if (!is_complete(extent.scan(rest_))) return false;
    rest_.remove_prefix(extent.size());
    return true;
  }
  /// More text would not tell more: the object was looked at to its end, or is not JSON.
  bool finished() const { return finished_; }

 private:
  bool is_complete(Extent extent) {
    finished_ = extent == Extent::Broken;
    return extent == Extent::Complete;
  }
  void skip(std::string_view also) {
    const std::size_t at = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(std::min(at, rest_.size()));
    if (!rest_.empty() && also.find(rest_.front()) != std::string_view::npos) {
      rest_.remove_prefix(1);
      skip("");
    }
  }

  std::string_view rest_;
  std::string_view name_;
  bool finished_ = false;
};

std::string_view string_value(std::string_view value) {
  JsonExtent extent;
  if (value.empty() || value.front() != '"' || extent.scan(value) != Extent::Complete) return "";
  return value.substr(1, extent.size() - 2);
}

/// What one member says of the object; nothing when it could be in any.
std::optional<ShapeFound> said_by(std::string_view name, std::string_view value) {
  if (name == "kind") {
    const std::string_view kind = string_value(value);
    if (kind == "Event") return ShapeFound{Shape::Event};
    if (kind.ends_with("List")) return ShapeFound{Shape::Container};
    return std::nullopt;
  }
  if (contains(kOfEvents, name)) return ShapeFound{Shape::Event};
  const char first = value.empty() ? '\0' : value.front();
  if (first == '[' && is_container_member(name)) return ShapeFound{Shape::Container};
  if (name == "protoPayload") return ShapeFound{Shape::GoogleEntry};
  const bool text = first == '"' || first == '{';
  if (name == "MESSAGE") return ShapeFound{Shape::Wrapper, Wrapping::Journal};
  if (name == "log" && text) return ShapeFound{Shape::Wrapper, Wrapping::Docker};
  if (name == "@message" && text) return ShapeFound{Shape::Wrapper, Wrapping::CloudWatch};
  if (name == "message" && text) return ShapeFound{Shape::Wrapper, Wrapping::Shipper};
  if ((name == "line" || name == "event") && text) {
    return ShapeFound{Shape::Wrapper, Wrapping::Shipper};
  }
  if ((name == "properties" && first == '{') || (name == "log_s" && text)) {
    return ShapeFound{Shape::Wrapper, Wrapping::Azure};
  }
  if (name == "field") return ShapeFound{Shape::Field};
  return std::nullopt;
}

/// MESSAGE as journalctl writes bytes that are not text: `[123,34,…]`.
std::string bytes_of(JsonCursor& cursor) {
  std::string bytes;
  for (bool more = cursor.enter(); more; more = cursor.next()) {
    const std::string_view number = cursor.skip();
    unsigned value = 0;
    std::from_chars(number.data(), number.data() + number.size(), value);
    bytes += static_cast<char>(value);
  }
  return bytes;
}

/// A string's text, or an object as it stands.
std::optional<std::string> text_of(JsonCursor& cursor) {
  switch (cursor.kind()) {
    case JsonCursor::Kind::String:
      return cursor.string();
    case JsonCursor::Kind::Object:
      return std::string(cursor.skip());
    case JsonCursor::Kind::Array:
      return bytes_of(cursor);
    case JsonCursor::Kind::Number:
    case JsonCursor::Kind::Boolean:
    case JsonCursor::Kind::Null:
      break;
  }
  cursor.skip();
  return std::nullopt;
}

bool holds_text(Wrapping wrapping, std::string_view name) {
  switch (wrapping) {
    case Wrapping::Docker:
      return name == "log";
    case Wrapping::Journal:
      return name == "MESSAGE";
    case Wrapping::CloudWatch:
      return name == "@message" || name == "message" || name == "value";
    case Wrapping::Azure:
      return name == "log" || name == "log_s";
    case Wrapping::Shipper:
      return name == "message" || name == "line" || name == "event";
    case Wrapping::None:
    case Wrapping::List:
    case Wrapping::Prefix:
    case Wrapping::Cri:
      break;
  }
  return false;
}

void look_into(JsonCursor& cursor, Wrapping wrapping, std::optional<Unwrapped>& found) {
  for (bool more = cursor.enter(); more; more = cursor.next()) {
    const std::string name(cursor.key());
    const JsonCursor::Kind kind = cursor.kind();
    if (wrapping == Wrapping::Azure && name == "properties" && kind == JsonCursor::Kind::Object) {
      look_into(cursor, wrapping, found);
    } else if (holds_text(wrapping, name)) {
      if (auto text = text_of(cursor)) {
        if (!found) found.emplace();
        found->text = *std::move(text);
      }
    } else if (name == "stream" && kind == JsonCursor::Kind::String) {
      if (!found) found.emplace();
      found->stream = cursor.string();
    } else {
      cursor.skip();
    }
  }
}

}  // namespace

bool is_container_member(std::string_view name) noexcept { return contains(kArrays, name); }

ShapeFound shape_of(std::string_view text) {
  Members members(text);
  while (members.next()) {
    if (const auto said = said_by(members.name(), members.value())) return *said;
    if (!members.pass()) return {};
  }
  return {members.finished() ? Shape::Other : Shape::Undecided};
}

std::optional<Unwrapped> unwrap(std::string_view object, Wrapping wrapping) {
  const auto compact = compact_json(object);
  if (!compact) return std::nullopt;
  std::optional<Unwrapped> found;
  JsonCursor cursor(*compact);
  look_into(cursor, wrapping, found);
  if (!found) return std::nullopt;
  const bool ended = found->text.ends_with('\n');
  found->partial = wrapping == Wrapping::Docker && !ended && found->text.size() >= kDockerPart;
  return found;
}

}  // namespace kaudit::audit::reader
