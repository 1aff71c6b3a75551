#include "base/text/rfc3339.hpp"

#include <chrono>
#include <cstddef>

namespace kaudit {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Takes what it reads away from the front of a text; after a mismatch it stays failed.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}
  bool done() const noexcept { return ok_ && rest_.empty(); }

  int number(std::size_t min_digits, std::size_t max_digits) noexcept {
    int value = 0;
    std::size_t digits = 0;
    for (; digits < max_digits && !rest_.empty() && is_digit(rest_.front()); ++digits) {
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    ok_ &= digits >= min_digits;
    return value;
  }

  bool take(char c) noexcept {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) noexcept { ok_ &= take(c); }

  void digits() noexcept {
    ok_ &= !rest_.empty() && is_digit(rest_.front());
    while (!rest_.empty() && is_digit(rest_.front())) rest_.remove_prefix(1);
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::optional<std::int64_t> parse_rfc3339(std::string_view text) noexcept {
  Scanner in(text);
  const int year = in.number(4, 4);
  in.expect('-');
  const int month = in.number(2, 2);
  in.expect('-');
  const int day = in.number(2, 2);
  in.expect('T');
  const int hour = in.number(1, 2);
  in.expect(':');
  const int minute = in.number(2, 2);
  in.expect(':');
  const int second = in.number(2, 2);
  if (in.take('.') || in.take(',')) in.digits();
  int offset = 0;  // minutes east of UTC
  if (!in.take('Z')) {
    const int sign = in.take('+') ? 1 : -1;
    if (sign < 0) in.expect('-');
    const int hours = in.number(2, 2);
    in.expect(':');
    const int minutes = in.number(2, 2);
    if (hours > 24 || minutes >= 60) return std::nullopt;
    offset = sign * (hours * 60 + minutes);
  }
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!in.done() || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::chrono::sys_seconds moment = std::chrono::sys_days(date) + std::chrono::hours(hour) +
                                          std::chrono::minutes(minute - offset) +
                                          std::chrono::seconds(second);
  return moment.time_since_epoch().count();
}

}  // namespace kaudit
