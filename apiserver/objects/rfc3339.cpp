#include "apiserver/objects/rfc3339.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>

#include "audit/base/quote.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // A number of exactly that many digits.
  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (text_.empty() || !is_digit(text_.front())) {
        good_ = false;
        return 0;
      }
      value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return value;
  }

  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void demand(char c) { good_ = take(c) && good_; }

  void skip_fraction() {
    if (!take('.') && !take(',')) return;
    digits(1);
    while (!text_.empty() && is_digit(text_.front())) text_.remove_prefix(1);
  }

  // Seconds east of UTC.
  int offset() {
    if (take('Z')) return 0;
    const bool west = take('-');
    if (!west) demand('+');
    const int hours = digits(2);
    demand(':');
    const int minutes = digits(2);
    good_ = good_ && hours <= 24 && minutes < 60;
    return (west ? -1 : 1) * (hours * 60 + minutes) * 60;
  }

  bool whole() const { return good_ && text_.empty(); }

 private:
  std::string_view text_;
  bool good_ = true;
};

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
  Reader reader(text);
  const int year = reader.digits(4);
  reader.demand('-');
  const int month = reader.digits(2);
  reader.demand('-');
  const int day = reader.digits(2);
  reader.demand('T');
  const int hour = reader.digits(2);
  reader.demand(':');
  const int minute = reader.digits(2);
  reader.demand(':');
  const int second = reader.digits(2);
  reader.skip_fraction();
  const int offset = reader.offset();
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!reader.whole() || !date.ok() || hour > 23 || minute > 59 || second > 59) {
    return fail("parsing time " + quoted(text) +
                " as \"2006-01-02T15:04:05Z07:00\": cannot parse " + quoted(text) + " as RFC 3339");
  }
  const std::int64_t seconds = std::chrono::sys_days(date).time_since_epoch().count() * 86'400LL +
                               hour * 3600 + minute * 60 + second - offset;
  if (seconds == audit::Timestamp::kZeroSeconds) return std::string();
  return written(seconds);
}

std::string time_text(audit::Timestamp time) { return written(time.seconds); }

}  // namespace kaudit::apiserver::objects
