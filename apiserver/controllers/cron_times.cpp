#include "apiserver/controllers/cron_times.hpp"

namespace kaudit::apiserver::controllers {
namespace {

using objects::validate::CronSchedule;
using std::chrono::days;
using std::chrono::sys_days;

constexpr days kFarthest{9 * 366};

bool is_day(const CronSchedule& schedule, sys_days day) {
  const std::chrono::year_month_day date(day);
  if (!schedule.has(CronSchedule::Month, static_cast<unsigned>(date.month()))) return false;
  const bool of_month = schedule.has(CronSchedule::DayOfMonth, static_cast<unsigned>(date.day()));
  const bool of_week = schedule.has(CronSchedule::Weekday, std::chrono::weekday(day).c_encoding());
  const bool both = schedule.any_day_of_month || schedule.any_weekday;
  return both ? of_month && of_week : of_month || of_week;
}

std::optional<CronTime> last_of_day(const CronSchedule& schedule, sys_days day, CronTime now) {
  for (unsigned hour = 24; hour-- > 0;) {
    if (!schedule.has(CronSchedule::Hour, hour)) continue;
    for (unsigned minute = 60; minute-- > 0;) {
      if (!schedule.has(CronSchedule::Minute, minute)) continue;
      const CronTime time = day + std::chrono::hours(hour) + std::chrono::minutes(minute);
      if (time <= now) return time;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<CronTime> latest_due(const CronSchedule& schedule, CronTime since, CronTime now) {
  if (schedule.every.count() > 0) {
    if (now < since + schedule.every) return std::nullopt;
    return since + (now - since) / schedule.every * schedule.every;
  }
  const auto today = std::chrono::floor<days>(now);
  for (sys_days day = today; day + days(1) > since && today - day < kFarthest; day -= days(1)) {
    if (!is_day(schedule, day)) continue;
    if (const auto time = last_of_day(schedule, day, now)) {
      return *time > since ? time : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace kaudit::apiserver::controllers
