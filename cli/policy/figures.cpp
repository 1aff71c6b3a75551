#include "cli/policy/figures.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace kaudit::cli {
namespace {

std::string decimal(double value, const char* unit) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), value < 99.95 ? "%.1f %s" : "%.0f %s", value, unit);
  return text.data();
}

std::uint64_t magnitude(std::int64_t number) {
  return number < 0 ? ~static_cast<std::uint64_t>(number) + 1 : static_cast<std::uint64_t>(number);
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t end = text.size(); end > 3; end -= 3) text.insert(end - 3, ",");
  return text;
}

std::string counted(std::uint64_t number, const std::string& noun) {
  return grouped(number) + " " + noun + (number == 1 ? "" : "s");
}

std::string signed_grouped(std::int64_t number) {
  const char* sign = number < 0 ? "-" : number > 0 ? "+" : "";
  return sign + grouped(magnitude(number));
}

std::string byte_text(std::uint64_t bytes) {
  if (bytes < 1'000) return std::to_string(bytes) + " B";
  double value = static_cast<double>(bytes) / 1'000;
  for (const char* unit : {"kB", "MB", "GB"}) {
    if (value < 999.5) return decimal(value, unit);
    value /= 1'000;
  }
  return decimal(value, "TB");
}

std::string signed_byte_text(std::int64_t bytes) {
  const char* sign = bytes < 0 ? "-" : bytes > 0 ? "+" : "";
  return sign + byte_text(magnitude(bytes));
}

std::string per_day(std::uint64_t bytes, const std::optional<double>& days) {
  return days ? byte_text(static_cast<std::uint64_t>(static_cast<double>(bytes) / *days)) : "-";
}

std::string describe(const ReplaySummary& summary) {
  std::string text = counted(summary.requests, "request") + ", " +
                     counted(summary.events, "event") + ", " + byte_text(summary.bytes);
  const auto days = summary.days();
  if (!days) return text + ", over less than a minute";
  return text + ", over " + (*days < 2 ? decimal(*days * 24, "hours") : decimal(*days, "days"));
}

}  // namespace kaudit::cli
