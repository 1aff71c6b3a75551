#include <array>
#include <charconv>
#include <cstring>
#include <ctime>

#include "base/text/rfc3339.hpp"

namespace kaudit {
namespace {

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

static_assert(date_of(Timestamp::kZeroSeconds / kSecondsPerDay).year == 1);
static_assert(date_of(19'782).month == 2 && date_of(19'782).day == 29);  // of 2024

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
char* make_date_time(char* to, std::int64_t seconds) noexcept {
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

/// The same; most seconds are asked for many times in a row, and remembered.
char* write_date_time(char* to, std::int64_t seconds) noexcept {
  struct Known {
    std::int64_t seconds = 0;
    char text[20] = "1970-01-01T00:00:00";
  };
  constexpr std::size_t kSize = sizeof Known::text - 1;
  constinit thread_local Known known;
  if (known.seconds == seconds) {
    std::memcpy(to, known.text, kSize);
    return to + kSize;
  }
  char* const end = make_date_time(to, seconds);
  if (static_cast<std::size_t>(end - to) == kSize) {  // a year of four digits
    known.seconds = seconds;
    std::memcpy(known.text, to, kSize);
  }
  return end;
}

}  // namespace

char* write_rfc3339(char* to, Timestamp time, TimeForm form) noexcept {
  to = write_date_time(to, time.seconds);
  if (form == TimeForm::MicroTime) {
    *to++ = '.';
    const unsigned microseconds = time.nanoseconds / 1000;
    to = write_two(to, microseconds / 10'000);
    to = write_two(to, microseconds / 100 % 100);
    to = write_two(to, microseconds % 100);
  }
  *to++ = 'Z';
  return to;
}

void append_rfc3339(std::string& out, Timestamp time, TimeForm form) {
  char buffer[kTimeSize];
  out.append(buffer, write_rfc3339(buffer, time, form));
}

std::string rfc3339_text(Timestamp time) {
  std::string text;
  append_rfc3339(text, time, TimeForm::Time);
  return text;
}

void append_local_nano_time(std::string& out, Timestamp time) {
  long offset = 0;
  std::tm local{};
  const auto seconds = static_cast<std::time_t>(time.seconds);
  if (!time.is_zero() && localtime_r(&seconds, &local) != nullptr) offset = local.tm_gmtoff;

  char buffer[kTimeSize];
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
