#include "apiserver/controllers/cron_times.hpp"

#include <gtest/gtest.h>

#include "base/text/rfc3339.hpp"

namespace kaudit::apiserver::controllers {
namespace {

CronTime time_of(const std::string& text) {
  return CronTime(std::chrono::seconds(parse_rfc3339(text, TimeForm::Time).value().seconds));
}

std::string text_of(std::optional<CronTime> time) {
  if (!time) return "never";
  Timestamp stamp;
  stamp.seconds = time->time_since_epoch().count();
  return rfc3339_text(stamp);
}

objects::validate::CronSchedule schedule(const char* text) {
  return objects::validate::read_cron_schedule(text).value();
}

std::string latest(const char* text, const char* since, const char* now) {
  return text_of(latest_due(schedule(text), time_of(since), time_of(now)));
}
constexpr const char* kNew = "2026-11-29T12:00:30Z";  // a Sunday

TEST(CronTimes, TheLatestOfAllThatWereMissedIsDue) {
  EXPECT_EQ(latest("*/5 * * * *", kNew, "2026-11-29T12:04:59Z"), "never");
  EXPECT_EQ(latest("*/5 * * * *", kNew, "2026-11-29T12:05:00Z"), "2026-11-29T12:05:00Z");
  EXPECT_EQ(latest("*/5 * * * *", kNew, "2026-11-29T15:09:10Z"), "2026-11-29T15:05:00Z");
  EXPECT_EQ(latest("@daily", kNew, "2027-11-29T12:00:00Z"), "2027-11-29T00:00:00Z");
  EXPECT_EQ(latest("30 8 * * mon-fri", kNew, "2026-12-06T12:00:00Z"), "2026-12-04T08:30:00Z");
}

TEST(CronTimes, ATimeIsDueOnce) {
  EXPECT_EQ(latest("0 * * * *", "2026-11-29T13:00:00Z", "2026-11-29T13:59:00Z"), "never");
}

TEST(CronTimes, DaysThatDoNotComeAreNotLookedForForEver) {
  EXPECT_EQ(latest("0 0 31 2 *", "1970-01-01T00:00:00Z", kNew), "never");
  EXPECT_EQ(latest("0 0 29 2 *", "2020-01-01T00:00:00Z", kNew), "2024-02-29T00:00:00Z");
}

TEST(CronTimes, DaysOfTheMonthAndOfTheWeekAreEitherUnlessOneIsAny) {
  constexpr const char* kSince = "2026-10-01T00:00:00Z";
  EXPECT_EQ(latest("0 0 13 * fri", kSince, kNew), "2026-11-27T00:00:00Z");  // the last Friday
  EXPECT_EQ(latest("0 0 13 * *", kSince, kNew), "2026-11-13T00:00:00Z");
  EXPECT_EQ(latest("0 0 * * fri", kSince, kNew), "2026-11-27T00:00:00Z");
  // A star with a step is not any. (robfig/cron getRange)
  EXPECT_EQ(latest("0 0 */2 * fri", kSince, kNew), "2026-11-29T00:00:00Z");
}

TEST(CronTimes, EveryCountsFromTheBeginning) {
  EXPECT_EQ(latest("@every 7m", kNew, "2026-11-29T12:07:29Z"), "never");
  EXPECT_EQ(latest("@every 7m", kNew, "2026-11-29T12:20:00Z"), "2026-11-29T12:14:30Z");
}

}  // namespace
}  // namespace kaudit::apiserver::controllers
