#include "apiserver/objects/rfc3339.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>

#include "audit/base/quote.hpp"
#include "audit/base/rfc3339.hpp"

namespace kaudit::apiserver::objects {
namespace {

std::string written(std::int64_t unix_seconds) {
  const std::chrono::sys_seconds moment{std::chrono::seconds(unix_seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(moment - day);
  std::array<char, 48> text;
  const int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  return std::string(text.data(), static_cast<std::size_t>(size));
}

}  // namespace

Result<std::string> normalised_time(std::string_view text) {
  const auto seconds = parse_rfc3339(text);
  if (!seconds) {
    return fail("parsing time " + quoted(text) +
                " as \"2006-01-02T15:04:05Z07:00\": cannot parse " + quoted(text) + " as RFC 3339");
  }
  if (*seconds == audit::Timestamp::kZeroSeconds) return std::string();
  return written(*seconds);
}

std::string time_text(audit::Timestamp time) { return written(time.seconds); }

}  // namespace kaudit::apiserver::objects
