#pragma once

#include <cstdint>
#include <string_view>

#include "audit/decoder.hpp"
#include "audit/event.hpp"

namespace kaudit::audit::reader {

/// What a reader came to.
enum class EntryKind : std::uint8_t {
  Event,       ///< text that has the form of one; whether it is one, its decoder says
  Fault,       ///< a part of the log that cannot be read; what follows is read
  Unreadable,  ///< a file that cannot be opened, or not read to its end
};

/// What is wrong where something cannot be read.
enum class FaultKind : std::uint8_t {
  None,
  NotAnEvent,  ///< something else: text, another form
  CutOff,      ///< the end of a line, a document or a list is missing
  CutAtEnd,    ///< likewise, at the end of the file: it may still be written
  Hole,        ///< NUL bytes where text was
  TooLong,
  Source,  ///< the file itself: it cannot be opened, unpacked or read on
};

/// What an event was wrapped in.
enum class Wrapping : std::uint8_t {
  None,        ///< a line or a document of its own
  List,        ///< an item of an EventList or of an array
  Prefix,      ///< a host name (`oc adm node-logs`), syslog, journalctl's short form, before it
  Cri,         ///< `TIME stdout F …`, the logs of containerd and CRI-O
  Docker,      ///< `{"log":"…\n","stream":"stdout",…}`, docker's json-file
  Journal,     ///< `{"MESSAGE":"…",…}`, journalctl -o json
  CloudWatch,  ///< EKS: `events[].message`, `logEvents[].message`, `@message`
  Azure,       ///< AKS: `properties.log`
  Shipper,     ///< a `message` or `line` of a log shipper
};

std::string_view to_string(Wrapping wrapping) noexcept;

/// How the line ended that the event stood on.
enum class LineEnd : std::uint8_t { LineFeed, CarriageReturn, None };

/// One event of a log as its bytes, or what is there in place of one. Views are good until the
/// reader is asked for the next entry.
struct LogEntry {
  EntryKind kind = EntryKind::Event;
  FaultKind fault = FaultKind::None;
  Wrapping wrapping = Wrapping::None;
  LineEnd line_end = LineEnd::LineFeed;
  std::string_view file;     ///< as it was named; `-` is standard input
  std::uint64_t line = 0;    ///< from 1, where it begins
  std::uint64_t offset = 0;  ///< in bytes of the (unpacked) file; of a wrapper, where that begins
  /// The bare event's JSON as it stands, on several lines perhaps. Of a fault the line, when it is
  /// one line that is at fault.
  std::string_view event;
  std::string_view reason;  ///< of a fault: for people, what is wrong, and the remedy
};

/// Reads the event of an entry. Items of lists need neither kind nor apiVersion.
tl::expected<Event, DecodeError> decode_entry(const LogEntry& entry);

}  // namespace kaudit::audit::reader
