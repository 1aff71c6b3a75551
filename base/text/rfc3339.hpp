#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit {

/// Kubernetes' two forms of a moment in JSON.
enum class TimeForm : std::uint8_t {
  Time,       ///< read with or without a fraction, which is dropped; written in whole seconds
              ///< (metav1.Time)
  MicroTime,  ///< exactly six digits of fraction (metav1.MicroTime)
};

/// Reads RFC 3339 as Go's time.Parse does, with its laxness: an hour of one digit, a comma before
/// the fraction or a sign in it, offsets up to 24:60. Error: Go's text, which says at which part it
/// gave up.
Result<Timestamp> parse_rfc3339(std::string_view text, TimeForm form);

/// The most bytes that write_rfc3339() writes, and two more.
inline constexpr std::size_t kTimeSize = 48;

/// Writes the time in UTC, `2006-01-02T15:04:05Z` or `2006-01-02T15:04:05.000000Z`, cut (not
/// rounded). Years before 0 and after 9999 take a sign or more digits, as in Go. Returns the end of
/// what was written.
char* write_rfc3339(char* to, Timestamp time, TimeForm form) noexcept;
void append_rfc3339(std::string& out, Timestamp time, TimeForm form);

/// The time in whole seconds, as metav1.Time is written.
std::string rfc3339_text(Timestamp time);

/// Appends the time with nanoseconds, trailing zeros dropped, in the process's local zone: the TIME
/// of the legacy line. The zero time is in UTC. (time.RFC3339Nano)
void append_local_nano_time(std::string& out, Timestamp time);

}  // namespace kaudit
