#include "cli/receiver/event_list.hpp"

#include <utility>

#include "base/json/compact_json.hpp"
#include "base/json/json_cursor.hpp"
#include "base/text/quote.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::cli {
namespace {

using Kind = JsonCursor::Kind;

/// The text of a string, or "" of what is none, which is passed.
std::string string_or_skip(JsonCursor& cursor) {
  if (cursor.kind() == Kind::String) return cursor.string();
  cursor.skip();
  return "";
}

std::optional<std::int64_t> microseconds(const std::string& text) {
  const auto time = parse_rfc3339(text, TimeForm::MicroTime);
  constexpr std::int64_t kMost = std::int64_t{1} << 42U;  // far beyond any date
  if (!time || time->seconds > kMost || time->seconds < -kMost) return std::nullopt;
  return time->seconds * 1'000'000 + time->nanoseconds / 1000;
}

Result<void> read_items(JsonCursor& cursor, std::string_view source,
                        std::vector<ListedEvent>& events) {
  if (cursor.kind() == Kind::Null) {
    cursor.skip();
    return {};
  }
  if (cursor.kind() != Kind::Array) {
    return fail("items is " + std::string(to_string(cursor.kind())) + ", not an array");
  }
  for (bool more = cursor.enter(); more; more = cursor.next()) {
    if (events.size() >= kMostListed) {
      return fail("more than " + std::to_string(kMostListed) + " events in one list");
    }
    auto event = read_listed_event(cursor.skip(), source);
    if (!event) {
      return fail("items[" + std::to_string(events.size()) + "]: " + event.error().message);
    }
    events.push_back(*event);
  }
  return {};
}

}  // namespace

void ListedEvent::append_line(std::string& out) const {
  if (has_type) {
    out.append(json);
  } else {
    out.append(R"({"kind":"Event","apiVersion":"audit.k8s.io/v1")");
    if (json.size() > 2) out += ',';
    out.append(json.substr(1));
  }
  out += '\n';
}

Result<ListedEvent> read_listed_event(std::string_view compact, std::string_view source) {
  JsonCursor cursor(compact);
  if (cursor.kind() != Kind::Object) {
    return fail("is " + std::string(to_string(cursor.kind())) + ", not an event");
  }
  ListedEvent event;
  event.json = compact;
  std::string audit_id;
  std::string stage;
  std::string received;
  for (bool more = cursor.enter(); more; more = cursor.next()) {
    const std::string_view key = cursor.key();
    if (key == "auditID") {
      audit_id = string_or_skip(cursor);
    } else if (key == "stage") {
      stage = string_or_skip(cursor);
    } else if (key == "requestReceivedTimestamp") {
      received = string_or_skip(cursor);
    } else if (key == "stageTimestamp") {
      event.time = microseconds(string_or_skip(cursor));
    } else {
      if (key == "kind" || key == "apiVersion") event.has_type = true;
      cursor.skip();
    }
  }
  if (!audit_id.empty()) event.key = event_key(source, audit_id, stage, received);
  return event;
}

Result<EventList> read_event_list(std::string_view body, std::string_view source) {
  auto compact = compact_json(body);
  if (!compact) return fail("not JSON: " + describe(compact.error(), body));
  EventList list;
  list.text = std::make_shared<const std::string>(std::move(*compact));
  JsonCursor cursor(*list.text);
  if (cursor.kind() != Kind::Object) return fail("not an object, but an EventList is one");
  std::string kind;
  std::string version;
  for (bool more = cursor.enter(); more; more = cursor.next()) {
    const std::string_view key = cursor.key();
    if (key == "kind") {
      kind = string_or_skip(cursor);
    } else if (key == "apiVersion") {
      version = string_or_skip(cursor);
    } else if (key == "items") {
      list.events.clear();  // the last of several counts
      if (auto read = read_items(cursor, source, list.events); !read) {
        return tl::unexpected(read.error());
      }
    } else {
      cursor.skip();
    }
  }
  if (kind != "EventList") return fail("kind " + go_quoted(kind) + ": send an EventList");
  if (version != "audit.k8s.io/v1") {
    return fail("apiVersion " + go_quoted(version) + ": only audit.k8s.io/v1 is known");
  }
  return list;
}

}  // namespace kaudit::cli
