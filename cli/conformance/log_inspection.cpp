#include "cli/conformance/log_inspection.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <utility>

#include "audit/encoder.hpp"
#include "audit/event_json.hpp"
#include "audit/event_reader.hpp"
#include "base/json/compact_json.hpp"
#include "base/json/json_cursor.hpp"
#include "base/text/ip_address.hpp"
#include "base/text/quote.hpp"
#include "base/text/unicode.hpp"

namespace kaudit::cli {
namespace {

using audit::Event;
using audit::Level;
using audit::Stage;
using audit::reader::EntryKind;
using audit::reader::FaultKind;
using audit::reader::LineEnd;
using audit::reader::LogEntry;
using audit::reader::Wrapping;

using audit::kEventMembers;

/// Those without omitempty, by their places above; kind and apiVersion have a check of their own.
constexpr std::array<std::size_t, 8> kRequired{2, 3, 4, 5, 6, 7, 16, 17};

std::string_view check_of(audit::DecodeErrorClass error) {
  switch (error) {
    case audit::DecodeErrorClass::Syntax:
    case audit::DecodeErrorClass::Depth:
      return "schema.json";
    case audit::DecodeErrorClass::Type:
      return "schema.types";
    case audit::DecodeErrorClass::Time:
      return "schema.times";
    case audit::DecodeErrorClass::Gvk:
      return "schema.kind";
  }
  return "schema.json";
}

std::string_view check_of(FaultKind fault) {
  switch (fault) {
    case FaultKind::CutOff:
      return "framing.whole-lines";
    case FaultKind::CutAtEnd:
      return "framing.last-line";
    case FaultKind::Hole:
      return "framing.no-holes";
    case FaultKind::None:
    case FaultKind::NotAnEvent:
    case FaultKind::TooLong:
    case FaultKind::Source:
      break;
  }
  return "framing.readable";
}

/// An object with what an event has for kind and apiVersion, so that the rest of it can be looked
/// at: of a member that comes twice the last one counts.
std::string with_kind(std::string object) {
  object.pop_back();
  object += object.size() > 1 ? "," : "";
  return object + R"("kind":"Event","apiVersion":"audit.k8s.io/v1"})";
}

std::string quoted_beginning(std::string_view text) {
  constexpr std::size_t kShown = 60;
  return go_quoted(text.substr(0, kShown)) + (text.size() > kShown ? "…" : "");
}

std::int64_t micros_of(const Timestamp& time) {
  return time.seconds * 1'000'000 + static_cast<std::int64_t>(time.nanoseconds / 1000);
}

}  // namespace

void LogInspection::take(const LogEntry& entry) {
  if (entry.kind != EntryKind::Event) return take_fault(entry);
  ++events_;
  bytes_ += entry.event.size() + 1;
  FindingPlace place{entry.file, entry.line, {}};
  look_at_line(entry);
  const auto compact = compact_json(entry.event);
  if (!compact) {
    report_.fail("schema.json", describe(compact.error(), entry.event), place);
    return;
  }
  if (!compact->starts_with('{')) {
    report_.fail("schema.types", "an event is an object", place);
    return;
  }
  const bool item = entry.wrapping == Wrapping::List;
  auto event = item ? audit::reader::decode_entry(entry) : audit::read_event(*compact);
  std::string no_kind;
  if (!event && event.error().error_class == audit::DecodeErrorClass::Gvk) {
    no_kind = event.error().message;
    event = audit::read_event(with_kind(*compact));
  }
  if (event) place.audit_id = event->audit_id;
  if (!no_kind.empty()) report_.fail("schema.kind", no_kind, place);
  look_at_members(*compact, place);
  if (!event) {
    report_.fail(check_of(event.error().error_class), event.error().message, place);
    return;
  }
  if (no_kind.empty()) look_at_bytes(entry, *event, place);
  look_at_event(*event, place);
  look_at_times(*event, place);
  if (const auto stage = audit::parse_stage(event->stage)) stages_.take(*event, *stage, place);
}

void LogInspection::take_fault(const LogEntry& entry) {
  report_.fail(check_of(entry.fault), entry.reason, {entry.file, entry.line, {}});
}

void LogInspection::look_at_line(const LogEntry& entry) {
  const FindingPlace place{entry.file, entry.line, {}};
  if (const std::size_t at = find_malformed(entry.event); at < entry.event.size()) {
    report_.fail("framing.utf8", "byte " + std::to_string(at + 1) + " of the event is not UTF-8",
                 place);
  }
  losses_.count(entry.event.size());
  for (const ConsumerLimit& limit : kConsumerLimits) {
    if (entry.event.size() <= limit.most) continue;
    report_.fail(limit.check,
                 std::to_string(entry.event.size()) + " bytes, and " + std::string(limit.name) +
                     " takes " + std::to_string(limit.most) + ": " + std::string(limit.outcome),
                 place);
  }
  if (entry.wrapping != Wrapping::None) return;
  ++lines_;
  if (entry.event.find('\n') != std::string_view::npos) {
    report_.fail("framing.one-line", "the event is on several lines", place);
  } else if (entry.line_end == LineEnd::CarriageReturn) {
    report_.fail("framing.one-line", "a carriage return stands before the line feed", place);
  } else if (entry.line_end == LineEnd::None) {
    report_.fail("framing.last-line", "no line feed ends it", place);
  }
}

void LogInspection::look_at_members(std::string_view compact, const FindingPlace& place) {
  std::bitset<kEventMembers.size()> seen;
  std::size_t last = 0;
  bool in_order = true;
  JsonCursor cursor(compact);
  for (bool more = cursor.enter(); more; more = cursor.next()) {
    const std::string_view name = cursor.key();
    const auto found = std::ranges::find(kEventMembers, name);
    if (found == kEventMembers.end()) {
      report_.fail("schema.known-members", "the member " + quoted_beginning(name), place);
    } else {
      const auto index = static_cast<std::size_t>(found - kEventMembers.begin());
      if (seen[index]) report_.fail("schema.once", std::string(name) + " comes twice", place);
      seen.set(index);
      if (index < last && in_order) {
        in_order = false;
        report_.fail("schema.member-order",
                     std::string(name) + " stands behind " + std::string(kEventMembers[last]),
                     place);
      }
      last = std::max(last, index);
    }
    cursor.skip();
  }
  std::string missing;
  for (const std::size_t index : kRequired) {
    if (!seen[index]) missing += (missing.empty() ? "" : ", ") + std::string(kEventMembers[index]);
  }
  if (!missing.empty()) report_.fail("schema.required", "without " + missing, place);
}

void LogInspection::look_at_bytes(const LogEntry& entry, const Event& event,
                                  const FindingPlace& place) {
  encoded_.clear();
  std::string_view expected;
  if (entry.wrapping == Wrapping::List) {
    audit::append_list_item(encoded_, event);
    expected = encoded_;
  } else {
    audit::append_event(encoded_, event);
    expected = std::string_view(encoded_).substr(0, encoded_.size() - 1);
  }
  if (entry.event == expected) return;
  const auto [at, other] = std::ranges::mismatch(entry.event, expected);
  const auto offset = static_cast<std::size_t>(at - entry.event.begin());
  report_.fail("schema.canonical",
               "from byte " + std::to_string(offset + 1) + " on it has " +
                   quoted_beginning(entry.event.substr(offset, 24)) + ", Kubernetes writes " +
                   quoted_beginning(expected.substr(offset, 24)),
               place);
}

void LogInspection::look_at_event(const Event& event, const FindingPlace& place) {
  const auto level = audit::parse_level(event.level);
  const auto stage = audit::parse_stage(event.stage);
  if (!level || *level == Level::None) {
    report_.fail("schema.level", "level " + quoted_beginning(event.level), place);
  }
  if (!stage) report_.fail("schema.stage", "stage " + quoted_beginning(event.stage), place);
  if (event.audit_id.empty()) report_.fail("content.audit-id", "auditID is empty", place);
  const bool request_body = !event.request_object.empty();
  const bool response_body = !event.response_object.empty();
  if (level && ((*level < Level::Request && request_body) ||
                (*level < Level::RequestResponse && response_body))) {
    report_.fail("content.level-bodies",
                 "level " + std::string(event.level) + " with " +
                     (response_body ? "a responseObject" : "a requestObject"),
                 place);
  }
  const bool received = stage == Stage::RequestReceived;
  if (received &&
      (event.response_status || request_body || response_body || !event.annotations.empty())) {
    report_.fail("content.received-bare", "RequestReceived knows how the request ends", place);
  }
  if (stage && !received && (!event.response_status || event.response_status->code == 0)) {
    report_.fail("content.status", std::string(event.stage) + " without a code of the answer",
                 place);
  }
  const bool failed_login = stage == Stage::ResponseStarted || received;
  if (event.user->username.empty() && !failed_login) {
    report_.fail("content.user", std::string(event.stage) + " without a user's name", place);
  }
  if (event.source->ips.empty()) report_.fail("content.source-ips", "no sourceIPs", place);
  for (const std::string& address : event.source->ips) {
    if (IpAddress::parse(address)) continue;
    report_.fail("content.source-ips", quoted_beginning(address) + " is not an IP address", place);
    break;
  }
  if (event.object_ref && event.object_ref->resource.empty()) {
    report_.fail("content.object-ref", "an objectRef without a resource", place);
  }
}

void LogInspection::look_at_times(const Event& event, const FindingPlace& place) {
  const Timestamp& received = event.request_received_timestamp;
  const Timestamp& reached = event.stage_timestamp;
  if (received.is_zero() || reached.is_zero()) {
    report_.fail("content.received-time", "a time is null", place);
    return;
  }
  const std::int64_t took = micros_of(reached) - micros_of(received);
  if (took < 0) {
    report_.fail("content.received-time",
                 "the stage is " + std::to_string(-took) + " µs before the request", place);
  } else if (took > 0 && event.stage == to_string(Stage::RequestReceived)) {
    report_.fail("content.received-time",
                 "RequestReceived, " + std::to_string(took) + " µs after it was received", place);
  }
  if (!latest_.is_zero() && latest_.seconds - reached.seconds > 1) {
    report_.fail(
        "order.time",
        std::to_string(latest_.seconds - reached.seconds) + " s earlier than an event before it",
        place);
  } else if (micros_of(reached) > micros_of(latest_)) {
    latest_ = reached;
  }
}

void LogInspection::finish() {
  stages_.finish();
  if (events_ == 0) {
    for (const Check& check : log_suite().checks) {
      if (!check.id.starts_with("framing.")) report_.skip(check.id, "there are no events");
    }
  } else if (lines_ == 0) {
    report_.skip("framing.one-line", "the events are wrapped, or items of lists");
  }
}

}  // namespace kaudit::cli
