#include <chrono>
#include <utility>

#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit {
namespace {

constexpr std::string_view layout_of(TimeForm form) noexcept {
  return form == TimeForm::Time ? "2006-01-02T15:04:05Z07:00" : "2006-01-02T15:04:05.000000Z07:00";
}

/// Walks over the text part by part, in the order of the layout; the first failure stays.
class TimeReader {
 public:
  TimeReader(std::string_view text, TimeForm form) noexcept
      : text_(text), rest_(text), form_(form) {}

  Result<Timestamp> run() {
    const int year = read_year();
    expect('-');
    const int month = read_number("01", Width::Two);
    check(month >= 1 && month <= 12, "month");
    expect('-');
    const int day = read_number("02", Width::Two);
    expect('T');
    const int hour = read_number("15", Width::OneOrTwo);
    check(hour < 24, "hour");
    expect(':');
    const int minute = read_number("04", Width::Two);
    check(minute < 60, "minute");
    expect(':');
    const int second = read_number("05", Width::Two);
    check(second < 60, "second");
    const std::uint32_t microseconds = read_fraction();
    const int offset = read_zone();
    if (good() && !rest_.empty()) out_of_form(": extra text: " + time_quoted(rest_));
    const std::chrono::year_month_day date(std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day)));
    if (good() && !date.ok()) out_of_form(": day out of range");
    if (!good()) return fail(std::move(error_));
    const auto days = std::chrono::sys_days(date).time_since_epoch().count();
    return Timestamp{std::int64_t{days} * 86'400 + hour * 3600 + minute * 60 + second - offset,
                     microseconds * 1000};
  }

 private:
  enum class Width : std::uint8_t { OneOrTwo, Two };

  bool good() const noexcept { return error_.empty(); }
  void cannot_parse(std::string_view element) {
    if (!good()) return;
    error_ = "parsing time " + time_quoted(text_) + " as " + time_quoted(layout_of(form_)) +
             ": cannot parse " + time_quoted(rest_) + " as " + time_quoted(element);
  }
  void out_of_form(std::string_view why) {
    if (!good()) return;
    error_ = "parsing time " + time_quoted(text_);
    error_ += why;
  }
  void check(bool in_range, const char* what) {
    if (!in_range) out_of_form(std::string(": ") + what + " out of range");
  }

  bool next_is(char c) const noexcept { return !rest_.empty() && rest_.front() == c; }
  bool digit_at(std::size_t at) const noexcept { return at < rest_.size() && is_digit(rest_[at]); }
  /// How many digits there are from that place on, at most `most`.
  std::size_t digits_from(std::size_t at, std::size_t most) const noexcept {
    std::size_t count = 0;
    while (count < most && digit_at(at + count)) ++count;
    return count;
  }

  void expect(char c) {
    if (!good()) return;
    if (!next_is(c)) return cannot_parse({&c, 1});
    rest_.remove_prefix(1);
  }

  int take(std::size_t digits) noexcept {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = value * 10 + (rest_[i] - '0');
    rest_.remove_prefix(digits);
    return value;
  }

  int read_year() {
    if (digits_from(0, 4) == 4) return take(4);
    cannot_parse("2006");
    return 1;
  }

  int read_number(std::string_view element, Width width) {
    if (!good()) return 1;
    const std::size_t digits = digits_from(0, 2);
    if (digits == 2 || (digits == 1 && width == Width::OneOrTwo)) return take(digits);
    cannot_parse(element);
    return 1;
  }

  /// Microseconds; 0 for TimeForm::Time.
  std::uint32_t read_fraction() {
    if (!good()) return 0;
    const bool point = next_is('.') || next_is(',');
    if (form_ == TimeForm::Time) {
      const std::size_t digits = point ? digits_from(1, rest_.size()) : 0;
      if (digits != 0) rest_.remove_prefix(1 + digits);
      return 0;
    }
    // Go reads the six places as an integer, so the first may be a sign.
    const bool is_signed = rest_.size() > 1 && (rest_[1] == '-' || rest_[1] == '+');
    const std::size_t places = is_signed ? 5 : 6;
    if (!point || digits_from(is_signed ? 2 : 1, places) != places) {
      cannot_parse(".000000");
      return 0;
    }
    const bool negative = rest_[1] == '-';
    rest_.remove_prefix(is_signed ? 2 : 1);
    const int value = take(places);
    check(!negative || value == 0, "fractional second");
    return static_cast<std::uint32_t>(value);
  }

  /// `Z` or `+hh:mm`, as seconds east of UTC.
  int read_zone() {
    if (!good()) return 0;
    if (next_is('Z')) {
      rest_.remove_prefix(1);
      return 0;
    }
    const bool formed = (next_is('+') || next_is('-')) && rest_.size() >= 6 && rest_[3] == ':' &&
                        digits_from(1, 2) == 2 && digits_from(4, 2) == 2;
    if (!formed) {
      cannot_parse("Z07:00");
      return 0;
    }
    const int sign = next_is('-') ? -1 : 1;
    rest_.remove_prefix(1);
    const int hours = take(2);
    rest_.remove_prefix(1);
    const int minutes = take(2);
    check(hours <= 24, "time zone offset hour");
    check(minutes <= 60, "time zone offset minute");
    return sign * (hours * 3600 + minutes * 60);
  }

  std::string_view text_;
  std::string_view rest_;
  TimeForm form_;
  std::string error_;
};

}  // namespace

Result<Timestamp> parse_rfc3339(std::string_view text, TimeForm form) {
  return TimeReader(text, form).run();
}

}  // namespace kaudit
