#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/reader/log_entry.hpp"

namespace kaudit::audit::reader {

/// What a JSON object of a log is, by the names of its members.
enum class Shape : std::uint8_t {
  Undecided,  ///< the text ends before it can be said
  Event,
  Container,    ///< has an array whose elements are to be looked at
  Wrapper,      ///< has the text of an event in a member
  GoogleEntry,  ///< a LogEntry of Cloud Logging: `protoPayload`
  Field,        ///< `{"field":…,"value":…}`, a cell of CloudWatch Insights
  Other,
};

struct ShapeFound {
  Shape shape = Shape::Undecided;
  Wrapping wrapping = Wrapping::None;
};

/// Looks at the object that `text` begins with, and at no more of it than is needed. The text may
/// end within the object; then the answer can be Undecided.
ShapeFound shape_of(std::string_view text);

/// Whether an array of this name holds what is to be looked at.
bool is_container_member(std::string_view name) noexcept;

/// What a wrapper holds.
struct Unwrapped {
  std::string text;      ///< of the event, or of a part of it
  bool partial = false;  ///< more of it is in the next entry of the stream (docker's 16 KiB)
  std::string stream;    ///< to join parts by
};

/// The text in a wrapper, which is a whole JSON object; nothing where it has none, as journalctl
/// leaves a long one out.
std::optional<Unwrapped> unwrap(std::string_view object, Wrapping wrapping);

}  // namespace kaudit::audit::reader
