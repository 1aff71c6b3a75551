#include "base/text/timestamp_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <ctime>

namespace kaudit {
namespace {

constexpr std::string_view kNull = "null";
constexpr std::int64_t kSecondsPerDay = 86'400;

struct Date {
  std::int64_t year;
  unsigned month;  ///< 1 .. 12
  unsigned day;    ///< 1 .. 31
};

// The arithmetic counts in eras of 400 years (146,097 days) that begin on a 1 March, so that the
// leap day is the last of its year. (The proleptic Gregorian calendar, as Go's time has it.)
constexpr std::int64_t kDaysPerEra = 146'097;
constexpr std::int64_t kDaysFromEraTo1970 = 719'468;  // 0000-03-01 to 1970-01-01

constexpr Date date_of(std::int64_t days_since_1970) noexcept {
  const std::int64_t days = days_since_1970 + kDaysFromEraTo1970;
  const std::int64_t era = (days >= 0 ? days : days - (kDaysPerEra - 1)) / kDaysPerEra;
  const auto day_of_era = static_cast<unsigned>(days - era * kDaysPerEra);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned march_month = (5 * day_of_year + 2) / 153;  // 0 is March
  const unsigned day = day_of_year - (153 * march_month + 2) / 5 + 1;
  const unsigned month = march_month < 10 ? march_month + 3 : march_month - 9;
  return {era * 400 + year_of_era + (month <= 2 ? 1 : 0), month, day};
}

constexpr std::int64_t days_since_1970(Date date) noexcept {
  const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const unsigned march_month = date.month > 2 ? date.month - 3 : date.month + 9;
  const std::int64_t day_of_year = (153 * march_month + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kDaysFromEraTo1970;
}
static_assert(days_since_1970({1970, 1, 1}) == 0);
static_assert(days_since_1970({1, 1, 1}) * kSecondsPerDay == Timestamp::kZeroSeconds);
static_assert(date_of(days_since_1970({2024, 2, 29})).day == 29);

constexpr bool is_leap(std::int64_t year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr int kDaysOfMonths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

constexpr int days_in(int month, std::int64_t year) noexcept {
  return month == 2 && is_leap(year) ? 29 : kDaysOfMonths[month - 1];
}

constexpr auto kTwoDigits = [] {
  std::array<char, 200> table{};
  for (std::size_t value = 0; value < 100; ++value) {
    table[2 * value] = static_cast<char>('0' + value / 10);
    table[2 * value + 1] = static_cast<char>('0' + value % 10);
  }
  return table;
}();

char* write_two(char* to, unsigned value) noexcept {
  std::memcpy(to, &kTwoDigits[2 * value], 2);
  return to + 2;
}

char* write_two(char* to, unsigned value, char after) noexcept {
  to = write_two(to, value);
  *to = after;
  return to + 1;
}

/// At least four digits, with a minus before them for years before 0.
char* write_year(char* to, std::int64_t year) noexcept {
  if (year < 0) {
    *to++ = '-';
    year = -year;
  }
  if (year > 9999) return std::to_chars(to, to + 20, year).ptr;
  to = write_two(to, static_cast<unsigned>(year / 100));
  return write_two(to, static_cast<unsigned>(year % 100));
}

/// `2006-01-02T15:04:05`
char* write_date_time(char* to, std::int64_t seconds) noexcept {
  std::int64_t days = seconds / kSecondsPerDay;
  std::int64_t rest = seconds % kSecondsPerDay;
  if (rest < 0) {
    days -= 1;
    rest += kSecondsPerDay;
  }
  const Date date = date_of(days);
  const auto second_of_day = static_cast<unsigned>(rest);
  to = write_year(to, date.year);
  *to++ = '-';
  to = write_two(to, date.month, '-');
  to = write_two(to, date.day, 'T');
  to = write_two(to, second_of_day / 3600, ':');
  to = write_two(to, second_of_day / 60 % 60, ':');
  return write_two(to, second_of_day % 60);
}

/// Reads the parts of a time from left to right; the first that does not fit makes it bad for good.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) noexcept : rest_(text) {}

  bool good() const noexcept { return good_; }
  bool at_end() const noexcept { return rest_.empty(); }
  bool next_is(char c) const noexcept { return !rest_.empty() && rest_.front() == c; }
  char take() noexcept {
    if (rest_.empty()) {
      good_ = false;
      return 0;
    }
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  void expect(char c) noexcept { good_ = take() == c && good_; }

  /// Between `least` and `most` digits, as many as there are.
  int number(std::size_t least, std::size_t most) noexcept {
    int value = 0;
    std::size_t digits = 0;
    for (; digits < most && !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
         ++digits) {
      value = 10 * value + (take() - '0');
    }
    good_ = good_ && digits >= least;
    return value;
  }

  int number_within(std::size_t least, std::size_t most, int low, int high) noexcept {
    const int value = number(least, most);
    good_ = good_ && value >= low && value <= high;
    return value;
  }

  /// `.` and six places, as microseconds. Go reads the places as an integer, so the first may be a
  /// sign.
  int microseconds() noexcept {
    if (const char separator = take(); separator != '.' && separator != ',') good_ = false;
    const bool negative = next_is('-');
    if (!negative && !next_is('+')) return number(6, 6);
    take();
    const int value = number(5, 5);
    good_ = good_ && (!negative || value == 0);
    return value;
  }

  /// `Z` or `+hh:mm`, as seconds east of UTC.
  int offset() noexcept {
    if (next_is('Z')) {
      take();
      return 0;
    }
    const char sign = take();
    if (sign != '+' && sign != '-') good_ = false;
    const int hours = number_within(2, 2, 0, 24);
    expect(':');
    const int minutes = number_within(2, 2, 0, 60);
    const int seconds = (hours * 60 + minutes) * 60;
    return sign == '-' ? -seconds : seconds;
  }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

char* write_micro_time(char* to, Timestamp time) noexcept {
  if (time.is_zero()) return std::copy(kNull.begin(), kNull.end(), to);
  *to++ = '"';
  to = write_date_time(to, time.seconds);
  *to++ = '.';
  const unsigned microseconds = time.nanoseconds / 1000;
  to = write_two(to, microseconds / 10'000);
  to = write_two(to, microseconds / 100 % 100);
  to = write_two(to, microseconds % 100);
  *to++ = 'Z';
  *to++ = '"';
  return to;
}

void append_micro_time(std::string& out, Timestamp time) {
  char buffer[kMicroTimeSize];
  out.append(buffer, write_micro_time(buffer, time));
}

Result<Timestamp> parse_micro_time(std::string_view text) {
  TimeReader reader(text);
  const int year = reader.number(4, 4);
  reader.expect('-');
  const int month = reader.number_within(2, 2, 1, 12);
  reader.expect('-');
  const int day = reader.number(2, 2);
  reader.expect('T');
  const int hour = reader.number_within(1, 2, 0, 23);
  reader.expect(':');
  const int minute = reader.number_within(2, 2, 0, 59);
  reader.expect(':');
  const int second = reader.number_within(2, 2, 0, 59);
  const int microseconds = reader.microseconds();
  const int offset = reader.offset();
  if (!reader.good() || !reader.at_end() || day < 1 || day > days_in(month, year)) {
    return fail(
        "a time must look like 2006-01-02T15:04:05.000000Z (six fraction digits, Z or an "
        "offset)");
  }
  const std::int64_t days =
      days_since_1970({year, static_cast<unsigned>(month), static_cast<unsigned>(day)});
  return Timestamp{days * kSecondsPerDay + (hour * 60 + minute) * 60 + second - offset,
                   static_cast<std::uint32_t>(microseconds) * 1000};
}

void append_local_nano_time(std::string& out, Timestamp time) {
  long offset = 0;
  std::tm local{};
  const auto seconds = static_cast<std::time_t>(time.seconds);
  if (!time.is_zero() && localtime_r(&seconds, &local) != nullptr) offset = local.tm_gmtoff;

  char buffer[kMicroTimeSize];
  char* to = write_date_time(buffer, time.seconds + offset);
  if (time.nanoseconds != 0) {
    *to++ = '.';
    for (unsigned rest = time.nanoseconds, unit = 100'000'000; rest != 0;
         rest %= unit, unit /= 10) {
      *to++ = static_cast<char>('0' + rest / unit);
    }
  }
  const auto minutes = static_cast<unsigned>((offset < 0 ? -offset : offset) / 60);
  if (offset == 0) {
    *to++ = 'Z';
  } else {
    *to++ = offset < 0 ? '-' : '+';
    to = write_two(to, minutes / 60, ':');
    to = write_two(to, minutes % 60);
  }
  out.append(buffer, to);
}

}  // namespace kaudit
