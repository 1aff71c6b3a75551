#include "base/text/timestamp.hpp"

#include <stdlib.h>
#include <string>
#include <time.h>

#include <gtest/gtest.h>

#include "base/text/moved_clock.hpp"
#include "base/text/timestamp_text.hpp"

namespace kaudit {
namespace {

std::string json_of(Timestamp time) {
  std::string out;
  append_micro_time(out, time);
  return out;
}

std::string local_of(Timestamp time, const char* zone) {
  setenv("TZ", zone, 1);
  tzset();
  std::string out;
  append_local_nano_time(out, time);
  return out;
}

std::string round_trip(std::string_view text) {
  const auto time = parse_micro_time(text);
  return time ? json_of(*time) : "refused";
}

TEST(Timestamp, NowIsPlausible) {
  const Timestamp before = Timestamp::now();
  const Timestamp after = Timestamp::now();
  EXPECT_GT(before.seconds, 1'700'000'000);
  EXPECT_LT(before.nanoseconds, 1'000'000'000U);
  EXPECT_LE(before.seconds, after.seconds);
}

TEST(Timestamp, ZeroIsNullInJson) {
  EXPECT_EQ(json_of(Timestamp{}), "null");
  EXPECT_EQ(json_of({Timestamp::kZeroSeconds, 1000}), "\"0001-01-01T00:00:00.000001Z\"");
}

TEST(Timestamp, AgreesWithTheCLibraryOnEveryDayOfFourCenturies) {
  for (std::time_t day = 0; day < 146'097; ++day) {
    const std::time_t seconds = (day - 40'000) * 86'400 + 86'399;
    std::tm utc{};
    ASSERT_NE(gmtime_r(&seconds, &utc), nullptr);
    char expected[64];
    ASSERT_NE(std::strftime(expected, sizeof expected, "\"%Y-%m-%dT%H:%M:%S.000000Z\"", &utc), 0U);
    ASSERT_EQ(json_of({seconds, 0}), expected);
    ASSERT_EQ(parse_micro_time(json_of({seconds, 0}).substr(1, 27)), (Timestamp{seconds, 0}));
  }
}

TEST(Timestamp, LegacyTimesAreInTheLocalZone) {
  const Timestamp time{1767323045, 120'000'000};
  EXPECT_EQ(local_of(time, "UTC"), "2026-01-02T03:04:05.12Z");
  EXPECT_EQ(local_of(time, "IST-5:30"), "2026-01-02T08:34:05.12+05:30");
  EXPECT_EQ(local_of(time, "NST3:30"), "2026-01-01T23:34:05.12-03:30");
  EXPECT_EQ(local_of(Timestamp{}, "IST-5:30"), "0001-01-01T00:00:00Z");
}

TEST(Timestamp, ReadsSixPlacesWithZOrAnOffset) {
  EXPECT_EQ(round_trip("2026-01-02T03:04:05.678901Z"), "\"2026-01-02T03:04:05.678901Z\"");
  EXPECT_EQ(round_trip("2026-01-02T03:04:05.678901+02:00"), "\"2026-01-02T01:04:05.678901Z\"");
  EXPECT_EQ(round_trip("2026-01-02T03:04:05.678901-00:01"), "\"2026-01-02T03:05:05.678901Z\"");
  EXPECT_EQ(round_trip("0001-01-01T00:00:00.000000Z"), "null");
  EXPECT_EQ(round_trip("9999-12-31T23:59:59.999999-10:00"), "\"10000-01-01T09:59:59.999999Z\"");
}

TEST(Timestamp, RefusesEverythingElse) {
  for (const char* text : {"",
                           "2026",
                           "2026-01-02T03:04:05Z",
                           "2026-01-02T03:04:05.6Z",
                           "2026-01-02T03:04:05.6789012Z",
                           "2026-01-02T03:04:05.678901",
                           "2026-01-02T03:04:05.678901z",
                           "2026-01-02t03:04:05.678901Z",
                           "2026-01-02 03:04:05.678901Z",
                           "2026-01-02T03:04:05.678901Z ",
                           "2026-1-02T03:04:05.678901Z",
                           "2026-02-29T03:04:05.678901Z",
                           "1900-02-29T03:04:05.678901Z",
                           "2026-00-02T03:04:05.678901Z",
                           "2026-01-00T03:04:05.678901Z",
                           "2026-13-02T03:04:05.678901Z",
                           "2026-01-02T24:04:05.678901Z",
                           "2026-01-02T03:60:05.678901Z",
                           "2026-01-02T03:04:60.678901Z",
                           "10000-01-02T03:04:05.678901Z",
                           "2026-01-02T03:04:05.678901+0200",
                           "2026-01-02T03:04:05.678901+25:00",
                           "2026-01-02T03:04:05.678901+02:61",
                           "2026-01-02T03:04:05.-00001Z"}) {
    EXPECT_EQ(round_trip(text), "refused") << text;
  }
}

TEST(Rfc3339, IsWrittenInUtcAndWholeSeconds) {
  const auto normalised = [](std::string_view text) {
    const auto time = parse_rfc3339(text, TimeForm::Time);
    std::string out;
    if (time) append_rfc3339(out, *time, TimeForm::Time);
    return out;
  };
  EXPECT_EQ(normalised("2024-01-02T03:04:05Z"), "2024-01-02T03:04:05Z");
  EXPECT_EQ(normalised("2024-01-02T03:04:05.999+00:00"), "2024-01-02T03:04:05Z");
  EXPECT_EQ(normalised("2024-01-01T00:30:00+02:00"), "2023-12-31T22:30:00Z");
  EXPECT_EQ(normalised("9999-12-31T23:59:59-01:00"), "10000-01-01T00:59:59Z");
  EXPECT_EQ(normalised("0000-01-01T00:00:00+00:01"), "-0001-12-31T23:59:00Z");
  for (const auto* bad : {"", "2024-02-30T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01",
                          "2024-01-01T00:00:00", "2024-01-01t00:00:00Z"}) {
    EXPECT_FALSE(parse_rfc3339(bad, TimeForm::Time)) << bad;
  }
}

TEST(Rfc3339, SaysInGosWordsWhereItGaveUp) {
  const auto error = [](std::string_view text, TimeForm form) {
    const auto time = parse_rfc3339(text, form);
    return time ? "read" : time.error().message;
  };
  EXPECT_EQ(error("2024-1-02T03:04:05Z", TimeForm::Time),
            "parsing time \"2024-1-02T03:04:05Z\" as \"2006-01-02T15:04:05Z07:00\": cannot parse "
            "\"1-02T03:04:05Z\" as \"01\"");
  EXPECT_EQ(error("2024-13-02T03:04:05Z", TimeForm::Time),
            "parsing time \"2024-13-02T03:04:05Z\": month out of range");
  EXPECT_EQ(error("2024-02-30T03:04:05Zx", TimeForm::Time),
            "parsing time \"2024-02-30T03:04:05Zx\": extra text: \"x\"");
  EXPECT_EQ(error("2024-01-02T03:04:05.12Z", TimeForm::MicroTime),
            "parsing time \"2024-01-02T03:04:05.12Z\" as \"2006-01-02T15:04:05.000000Z07:00\": "
            "cannot parse \".12Z\" as \".000000\"");
  EXPECT_EQ(error("2024-01-02T03:04:05.-00001Z", TimeForm::MicroTime),
            "parsing time \"2024-01-02T03:04:05.-00001Z\": fractional second out of range");
  EXPECT_EQ(error("2024-01-02T03:04:05.-00000Z", TimeForm::MicroTime), "read");
  EXPECT_EQ(error("2024-01-02T3:04:05,5-24:60", TimeForm::Time), "read");
}

TEST(MovedClock, MovesWhatIsNowAndNothingElse) {
  using std::chrono::hours;
  const Timestamp before = Timestamp::now();
  move_clock(hours(48));
  const Timestamp moved = Timestamp::now();
  EXPECT_EQ(moved_clock(), hours(48));
  EXPECT_GE(moved.seconds, before.seconds + 48 * 3600);
  move_clock(hours(0));
  EXPECT_LT(Timestamp::now().seconds, moved.seconds);
}

TEST(MovedClock, StaysWithinTheYearsThatAreWritten) {
  move_clock(std::chrono::nanoseconds::max());
  EXPECT_EQ(moved_clock(), kFarthestClock);
  move_clock(std::chrono::nanoseconds::min());
  EXPECT_EQ(moved_clock(), -kFarthestClock);
  move_clock(std::chrono::nanoseconds(0));
}

}  // namespace
}  // namespace kaudit
