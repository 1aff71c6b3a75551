#include "backends/log/rotation.hpp"

#include <array>
#include <cstdio>
#include <map>

namespace kaudit::backends {
namespace {

using std::chrono::days;

/// `2026-11-23T10-11-12.345`: every `0` is a digit.
constexpr std::string_view kTimeShape = "0000-00-00T00-00-00.000";
/// Ages past this (27,000 years) are for ever; subtracting them would overflow.
constexpr days kLongestAge{10'000'000};

bool has_time_shape(std::string_view text) {
  if (text.size() != kTimeShape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kTimeShape[i] == '0' ? !digit : text[i] != kTimeShape[i]) return false;
  }
  return true;
}

int number(std::string_view digits) {
  int value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  return value;
}

std::optional<WallTime> parse_time(std::string_view text) {
  if (!has_time_shape(text)) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(number(text.substr(0, 4))),
      std::chrono::month(static_cast<unsigned>(number(text.substr(5, 2)))),
      std::chrono::day(static_cast<unsigned>(number(text.substr(8, 2))))};
  const int hours = number(text.substr(11, 2));
  const int minutes = number(text.substr(14, 2));
  const int seconds = number(text.substr(17, 2));
  if (!date.ok() || hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hours) + std::chrono::minutes(minutes) +
         std::chrono::seconds(seconds) + std::chrono::milliseconds(number(text.substr(20, 3)));
}

std::string time_text(WallTime time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 64> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d-%02d-%02d.%03d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

/// The forms in which one rotated file is there.
struct Backup {
  std::string plain, gzip, unfinished;  ///< names; empty: not there

  std::string& name_in(RotatedNames::Form form) {
    switch (form) {
      case RotatedNames::Form::Plain:
        return plain;
      case RotatedNames::Form::Gzip:
        return gzip;
      case RotatedNames::Form::Unfinished:
        break;
    }
    return unfinished;
  }
};

void add_if_there(std::vector<std::string>& names, const std::string& name) {
  if (!name.empty()) names.push_back(name);
}

}  // namespace

WallTime wall_clock_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

RotatedNames::RotatedNames(std::string_view file_name) {
  const std::size_t dot = std::min(file_name.rfind('.'), file_name.size());
  before_ = std::string(file_name.substr(0, dot)) + "-";
  after_ = file_name.substr(dot);
}

std::string RotatedNames::name_at(WallTime time) const {
  return before_ + time_text(time) + after_;
}

std::optional<RotatedNames::Parsed> RotatedNames::parse(std::string_view name) const {
  if (!name.starts_with(before_)) return std::nullopt;
  name.remove_prefix(before_.size());
  const auto time = parse_time(name.substr(0, kTimeShape.size()));
  if (!time) return std::nullopt;
  name.remove_prefix(kTimeShape.size());
  if (!name.starts_with(after_)) return std::nullopt;
  name.remove_prefix(after_.size());
  if (name.empty()) return Parsed{*time, Form::Plain};
  if (name == kGzipSuffix) return Parsed{*time, Form::Gzip};
  if (name == kUnfinishedSuffix) return Parsed{*time, Form::Unfinished};
  return std::nullopt;
}

UpkeepPlan plan_upkeep(const RotatedNames& rotated, std::span<const std::string> names,
                       const RotationLimits& limits, WallTime now) {
  std::map<WallTime, Backup> backups;
  for (const std::string& name : names) {
    if (const auto parsed = rotated.parse(name)) backups[parsed->time].name_in(parsed->form) = name;
  }
  // Where only half of a compressed form is left there is no file to keep or count.
  std::int64_t excess = -limits.max_backups;
  for (const auto& [time, backup] : backups) {
    if (!backup.plain.empty() || !backup.gzip.empty()) ++excess;
  }
  UpkeepPlan plan;
  for (const auto& [time, backup] : backups) {
    add_if_there(plan.remove, backup.unfinished);
    if (backup.plain.empty() && backup.gzip.empty()) continue;
    const bool one_too_many = limits.max_backups > 0 && excess-- > 0;
    const bool too_old =
        limits.max_age > days(0) && time < now - std::min(limits.max_age, kLongestAge);
    if (one_too_many || too_old) {
      add_if_there(plan.remove, backup.plain);
      add_if_there(plan.remove, backup.gzip);
    } else if (!backup.plain.empty() &&
               (limits.compression == Compression::Gzip || !backup.gzip.empty())) {
      plan.compress.push_back(backup.plain);
    }
  }
  return plan;
}

}  // namespace kaudit::backends
