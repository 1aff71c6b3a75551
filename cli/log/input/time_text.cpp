#include "cli/log/input/time_text.hpp"

#include <array>
#include <cstdio>
#include <ctime>

#include <CLI/CLI.hpp>

#include "base/text/rfc3339.hpp"

namespace kaudit::cli {

void add_zone_option(CLI::App& command, Zone& zone) {
  command.add_flag_callback(
      "--local", [&zone] { zone = Zone::Local; }, "Show times in the local zone, not in UTC");
}

std::string time_text(const std::optional<Timestamp>& time, Zone zone) {
  if (!time || time->is_zero()) return "-";
  std::string text;
  if (zone == Zone::Utc) {
    append_rfc3339(text, *time, TimeForm::MicroTime);
    return text;
  }
  const std::time_t seconds = time->seconds;
  std::tm parts{};
  if (::localtime_r(&seconds, &parts) == nullptr) return "-";
  std::array<char, 40> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 16> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%06u", time->nanoseconds / 1'000);
  const long offset = parts.tm_gmtoff / 60;
  std::array<char, 32> zone_text{};
  std::snprintf(zone_text.data(), zone_text.size(), "%c%02ld:%02ld", offset < 0 ? '-' : '+',
                std::labs(offset) / 60, std::labs(offset) % 60);
  return std::string(date.data()) + fraction.data() + zone_text.data();
}

}  // namespace kaudit::cli
