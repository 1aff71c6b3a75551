#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::objects {

/// Kubernetes' two forms of a moment in JSON.
enum class TimeForm : std::uint8_t {
  Time,       ///< RFC 3339, with or without a fraction, written in whole seconds (metav1.Time)
  MicroTime,  ///< exactly six digits of fraction (metav1.MicroTime)
};

struct Moment {
  std::int64_t seconds = 0;  ///< since 1970-01-01T00:00:00Z
  std::uint32_t micros = 0;  ///< 0 for TimeForm::Time
};

/// Reads what Go's time.Parse reads. Error: Go's text, which says at which part it gave up.
Result<Moment> parse_time(std::string_view text, TimeForm form);

/// Appends the moment in UTC, `2006-01-02T15:04:05Z` or `2006-01-02T15:04:05.000000Z`. Any year is
/// written, as Go does.
void append_time(std::string& out, Moment moment, TimeForm form);

/// The moment in whole seconds, as metav1.Time is written.
std::string time_text(Timestamp time);

}  // namespace kaudit::apiserver::objects
