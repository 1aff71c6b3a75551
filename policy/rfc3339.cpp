#include "policy/rfc3339.hpp"

#include <array>
#include <cstddef>

namespace kaudit::policy {
namespace {

constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Takes what it reads away from the front of a text; after a mismatch it stays failed.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}
  bool ok() const noexcept { return ok_; }
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

int days_in(int month, int year) noexcept {
  const bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && is_leap ? 1 : 0);
}

}  // namespace

bool is_rfc3339(std::string_view text) noexcept {
  Scanner in(text);
  const int year = in.number(4, 4);
  in.expect('-');
  const int month = in.number(2, 2);
  in.expect('-');
  const int day = in.number(2, 2);
  in.expect('T');
  const int hour = in.number(1, 2);  // Go takes one digit here
  in.expect(':');
  const int minute = in.number(2, 2);
  in.expect(':');
  const int second = in.number(2, 2);
  if (in.take('.') || in.take(',')) in.digits();
  int zone_hours = 0;
  int zone_minutes = 0;
  if (!in.take('Z')) {
    if (!in.take('+')) in.expect('-');
    zone_hours = in.number(2, 2);
    in.expect(':');
    zone_minutes = in.number(2, 2);
  }
  if (!in.done() || month < 1 || month > 12) return false;
  return day >= 1 && day <= days_in(month, year) && hour < 24 && minute < 60 && second < 60 &&
         zone_hours <= 24 && zone_minutes < 60;
}

}  // namespace kaudit::policy
