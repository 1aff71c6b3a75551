#include "apiserver/objects/codec/time_text.hpp"

#include <array>
#include <chrono>
#include <cstddef>

namespace kaudit::apiserver::objects {
namespace {

constexpr std::string_view layout_of(TimeForm form) {
  return form == TimeForm::Time ? "2006-01-02T15:04:05Z07:00" : "2006-01-02T15:04:05.000000Z07:00";
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// As Go's package time quotes: byte by byte what is not printable ASCII.
std::string quoted_bytes(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || byte < ' ') {
      out += "\\x";
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + '"';
}

// Walks over the text part by part, in the order of the layout; the first failure stays.
class TimeReader {
 public:
  TimeReader(std::string_view text, TimeForm form) : text_(text), rest_(text), form_(form) {}

  Result<Moment> run() {
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
    read_fraction();
    const int offset = read_zone();
    if (error_.empty() && !rest_.empty()) out_of_form(": extra text: " + quoted_bytes(rest_));
    const std::chrono::year_month_day date(std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day)));
    if (error_.empty() && !date.ok()) out_of_form(": day out of range");
    if (!error_.empty()) return fail(std::move(error_));
    const auto days = std::chrono::sys_days(date).time_since_epoch().count();
    return Moment{std::int64_t{days} * 86400 + hour * 3600 + minute * 60 + second - offset,
                  micros_};
  }

 private:
  enum class Width : std::uint8_t { OneOrTwo, Two };

  void cannot_parse(std::string_view element) {
    if (!error_.empty()) return;
    error_ = "parsing time " + quoted_bytes(text_) + " as " + quoted_bytes(layout_of(form_)) +
             ": cannot parse " + quoted_bytes(rest_) + " as " + quoted_bytes(element);
  }
  void out_of_form(std::string_view why) {
    if (!error_.empty()) return;
    error_ = "parsing time " + quoted_bytes(text_);
    error_ += why;
  }
  void check(bool in_range, const char* what) {
    if (!in_range) out_of_form(std::string(": ") + what + " out of range");
  }

  bool digit_at(std::size_t at) const { return at < rest_.size() && is_digit(rest_[at]); }

  void expect(char c) {
    if (!error_.empty()) return;
    if (rest_.empty() || rest_.front() != c) return cannot_parse({&c, 1});
    rest_.remove_prefix(1);
  }

  int take(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = value * 10 + (rest_[i] - '0');
    rest_.remove_prefix(digits);
    return value;
  }

  int read_year() {
    if (digit_at(0) && digit_at(1) && digit_at(2) && digit_at(3)) return take(4);
    cannot_parse("2006");
    return 1;
  }

  int read_number(std::string_view element, Width width) {
    if (!error_.empty()) return 1;
    if (digit_at(0) && digit_at(1)) return take(2);
    if (digit_at(0) && width == Width::OneOrTwo) return take(1);
    cannot_parse(element);
    return 1;
  }

  void read_fraction() {
    if (!error_.empty()) return;
    const bool point = !rest_.empty() && (rest_.front() == '.' || rest_.front() == ',');
    std::size_t digits = 0;
    while (point && digit_at(1 + digits)) ++digits;
    if (form_ == TimeForm::Time) {
      if (digits != 0) rest_.remove_prefix(1 + digits);
      return;
    }
    if (digits < 6) return cannot_parse(".000000");
    rest_.remove_prefix(1);
    micros_ = static_cast<std::uint32_t>(take(6));
  }

  // Seconds east of UTC.
  int read_zone() {
    if (!error_.empty()) return 0;
    if (!rest_.empty() && rest_.front() == 'Z') {
      rest_.remove_prefix(1);
      return 0;
    }
    const bool formed = rest_.size() >= 6 && rest_[3] == ':' && digit_at(1) && digit_at(2) &&
                        digit_at(4) && digit_at(5) && (rest_[0] == '+' || rest_[0] == '-');
    if (!formed) {
      cannot_parse("Z07:00");
      return 0;
    }
    const int sign = rest_[0] == '-' ? -1 : 1;
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
  std::uint32_t micros_ = 0;
  std::string error_;
};

}  // namespace

Result<Moment> parse_time(std::string_view text, TimeForm form) {
  return TimeReader(text, form).run();
}

void append_time(std::string& out, Moment moment, TimeForm form) {
  // The calendar of days since 1970 by eras of 400 years, over all of int64. (Howard Hinnant,
  // chrono-compatible low-level date algorithms)
  const std::int64_t day_count = moment.seconds / 86400 - (moment.seconds % 86400 < 0 ? 1 : 0);
  const std::int64_t clock = moment.seconds - day_count * 86400;
  const std::int64_t shifted = day_count + 719468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const std::int64_t day_of_era = shifted - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_index = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * month_index + 2) / 5 + 1;
  const std::int64_t month = month_index < 10 ? month_index + 3 : month_index - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);

  if (year >= 0 && year <= 9999) {
    for (const std::int64_t unit : {1000, 100, 10, 1}) {
      out += static_cast<char>('0' + year / unit % 10);
    }
  } else {
    // Go pads the digits after the sign to four.
    const std::string digits = std::to_string(year < 0 ? -year : year);
    if (year < 0) out += '-';
    if (digits.size() < 4) out.append(4 - digits.size(), '0');
    out += digits;
  }
  std::array<char, 17> rest{'-', 0, 0, '-', 0, 0, 'T', 0, 0, ':', 0, 0, ':', 0, 0};
  const auto put = [&](std::size_t at, std::int64_t value) {
    rest[at] = static_cast<char>('0' + value / 10);
    rest[at + 1] = static_cast<char>('0' + value % 10);
  };
  put(1, month);
  put(4, day);
  put(7, clock / 3600);
  put(10, clock / 60 % 60);
  put(13, clock % 60);
  out.append(rest.data(), 15);
  if (form == TimeForm::MicroTime) {
    out += '.';
    std::uint32_t micros = moment.micros;
    std::array<char, 6> fraction;
    for (std::size_t i = fraction.size(); i > 0; --i, micros /= 10) {
      fraction[i - 1] = static_cast<char>('0' + micros % 10);
    }
    out.append(fraction.data(), fraction.size());
  }
  out += 'Z';
}

std::string time_text(Timestamp time) {
  std::string text;
  append_time(text, {time.seconds, 0}, TimeForm::Time);
  return text;
}

}  // namespace kaudit::apiserver::objects
