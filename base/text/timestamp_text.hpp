#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/text/rfc3339.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit {

/// Appends the time as an event's JSON has it: `"2006-01-02T15:04:05.000000Z"` with quotes, in UTC,
/// cut (not rounded) to microseconds; the zero time is `null`. (metav1.MicroTime)
void append_micro_time(std::string& out, Timestamp time);

/// As append_micro_time(), into a buffer of at least kTimeSize bytes; returns the end of what was
/// written.
char* write_micro_time(char* to, Timestamp time) noexcept;

/// Reads what append_micro_time() writes between the quotes, or the same with an offset (`+02:00`)
/// for the `Z` (parse_rfc3339). Error: the form that is expected.
Result<Timestamp> parse_micro_time(std::string_view text);

}  // namespace kaudit
