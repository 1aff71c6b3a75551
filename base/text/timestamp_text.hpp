#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit {

/// Appends the time as an event's JSON has it: `"2006-01-02T15:04:05.000000Z"` with quotes, in UTC,
/// cut (not rounded) to microseconds; the zero time is `null`. Years before 0 and after 9999 take a
/// sign or more digits. (metav1.MicroTime)
void append_micro_time(std::string& out, Timestamp time);

/// As append_micro_time(), into a buffer of at least kMicroTimeSize bytes; returns the end of what
/// was written.
inline constexpr std::size_t kMicroTimeSize = 48;
char* write_micro_time(char* to, Timestamp time) noexcept;

/// Reads what append_micro_time() writes between the quotes, or the same with an offset (`+02:00`)
/// for the `Z`. This is Go's time.Parse with its own laxness: an hour of one digit, a comma or a
/// sign in the fraction, offsets up to 24:60.
Result<Timestamp> parse_micro_time(std::string_view text);

/// Appends RFC 3339 with nanoseconds, trailing zeros dropped, in the process's local zone: the TIME
/// of the legacy line. The zero time is in UTC. (time.RFC3339Nano)
void append_local_nano_time(std::string& out, Timestamp time);

}  // namespace kaudit
