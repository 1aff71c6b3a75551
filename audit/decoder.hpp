#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/event.hpp"

namespace kaudit::audit {

/// Which of the decoder's rules a text broke; the names are what `kaudit events encode` prints.
enum class DecodeErrorClass : std::uint8_t {
  Syntax,  ///< not JSON
  Type,    ///< a member has the wrong JSON type
  Time,    ///< a timestamp is not RFC 3339 with exactly six fraction digits
  Gvk,     ///< kind or apiVersion missing or not ours
  Depth,   ///< nested more than 10,000 deep
};

std::string_view to_string(DecodeErrorClass error_class) noexcept;

struct DecodeError {
  DecodeErrorClass error_class;
  std::string message;
};

/// Reads one `audit.k8s.io/v1` Event from JSON as any Kubernetes consumer does (audit-semantics
/// 1.4).
tl::expected<Event, DecodeError> decode_event(std::string_view json);

/// The events of whole lines that append_event() wrote, for who has to name them when they are
/// lost. Their times are those of the lines, cut to microseconds; a line that does not decode is an
/// event without members.
std::vector<EventPtr> decode_lines(std::string_view lines);

}  // namespace kaudit::audit
