#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace kaudit::apiserver::objects::validate {

/// When a CronJob is due, as its schedule says it; times are a wall clock's.
struct CronSchedule {
  enum Field : std::uint8_t { Minute, Hour, DayOfMonth, Month, Weekday };

  /// A bit for each value of a field that is meant: bit 5 of Minute is five past.
  std::array<std::uint64_t, 5> fields{};
  /// `*`: a day need only be one of the other field's. Where neither is, one of both is enough.
  bool any_day_of_month = false;
  bool any_weekday = false;
  /// `@every 5m`: that long after each other; then there are no fields. 0: there are.
  std::chrono::seconds every{0};

  bool has(Field field, unsigned value) const noexcept {
    return (fields[field] >> value & 1U) != 0;
  }
};

/// Reads a schedule: five fields, or a descriptor (`@daily`, `@every 5m`); a time zone in front is
/// passed over. Error: in the words of the library that Kubernetes reads them with (robfig/cron v3
/// ParseStandard).
Result<CronSchedule> read_cron_schedule(std::string_view schedule);

}  // namespace kaudit::apiserver::objects::validate
