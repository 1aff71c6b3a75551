#include "base/text/timestamp_text.hpp"

#include <algorithm>

namespace kaudit {

char* write_micro_time(char* to, Timestamp time) noexcept {
  static constexpr std::string_view kNull = "null";
  if (time.is_zero()) return std::copy(kNull.begin(), kNull.end(), to);
  *to++ = '"';
  to = write_rfc3339(to, time, TimeForm::MicroTime);
  *to++ = '"';
  return to;
}

void append_micro_time(std::string& out, Timestamp time) {
  char buffer[kTimeSize];
  out.append(buffer, write_micro_time(buffer, time));
}

Result<Timestamp> parse_micro_time(std::string_view text) {
  const auto time = parse_rfc3339(text, TimeForm::MicroTime);
  if (time) return *time;
  return fail(
      "a time must look like 2006-01-02T15:04:05.000000Z (six fraction digits, Z or an "
      "offset)");
}

}  // namespace kaudit
