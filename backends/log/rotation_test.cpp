#include "backends/log/rotation.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kaudit::backends {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr WallTime kNow =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + 10h + 11min + 12s + 345ms;

TEST(RotatedNames, CarryTheTimeInUtcBeforeTheExtension) {
  EXPECT_EQ(RotatedNames("audit.log").name_at(kNow), "audit-2026-11-23T10-11-12.345.log");
  EXPECT_EQ(RotatedNames("audit").name_at(kNow), "audit-2026-11-23T10-11-12.345");
  EXPECT_EQ(RotatedNames("a.b.log").name_at(kNow), "a.b-2026-11-23T10-11-12.345.log");
  EXPECT_EQ(RotatedNames(".log").name_at(kNow), "-2026-11-23T10-11-12.345.log");
  EXPECT_EQ(RotatedNames("audit.log").name_at(WallTime(1ms)), "audit-1970-01-01T00-00-00.001.log");
}

TEST(RotatedNames, AreReadBackInEveryForm) {
  const RotatedNames names("audit.log");
  const std::string plain = names.name_at(kNow);
  const std::map<std::string, RotatedNames::Form> forms = {
      {plain, RotatedNames::Form::Plain},
      {plain + ".gz", RotatedNames::Form::Gzip},
      {plain + ".gz.tmp", RotatedNames::Form::Unfinished}};
  for (const auto& [name, form] : forms) {
    const auto parsed = names.parse(name);
    ASSERT_TRUE(parsed.has_value()) << name;
    EXPECT_EQ(parsed->time, kNow) << name;
    EXPECT_EQ(parsed->form, form) << name;
  }
}

TEST(RotatedNames, LeaveOtherFilesAlone) {
  const RotatedNames names("audit.log");
  for (const char* other :
       {"audit.log", "audit.log.1", "audit-.log", "audit-2026-11-23.log", "",
        "audit-2026-11-23T10-11-12.345", "audit-2026-11-23T10-11-12.345.log.bak",
        "audit-2026-11-23T10-11-12.345.log.gz.gz", "audit-2026-11-23T10:11:12.345.log",
        "audit-2026-02-30T10-11-12.345.log", "audit-2026-11-23T24-11-12.345.log",
        "audit-2026-11-23T10-60-12.345.log", "audit-2026-11-23T10-11-60.345.log",
        "audit-2026-11-23T10-11-12.34x.log", "other-2026-11-23T10-11-12.345.log",
        "audit-x-2026-11-23T10-11-12.345.log"}) {
    EXPECT_FALSE(names.parse(other).has_value()) << other;
  }
}

struct UpkeepTest : ::testing::Test {
  const RotatedNames names{"audit.log"};
  RotationLimits limits{.max_bytes = 1 << 20};

  std::string aged(days age) const { return names.name_at(kNow - age); }
  UpkeepPlan plan(std::vector<std::string> present) const {
    std::sort(present.begin(), present.end(), std::greater<>());  // a folder has no order
    return plan_upkeep(names, present, limits, kNow);
  }
};

TEST_F(UpkeepTest, NothingIsTouchedWithoutLimits) {
  const UpkeepPlan nothing = plan({aged(days(1)), aged(days(5000)), "audit.log", "x.gz"});
  EXPECT_THAT(nothing.remove, IsEmpty());
  EXPECT_THAT(nothing.compress, IsEmpty());
}

TEST_F(UpkeepTest, TheOldestPastTheCountAreRemoved) {
  limits.max_backups = 2;
  EXPECT_THAT(
      plan({aged(days(1)), aged(days(2)) + ".gz", aged(days(3)), aged(days(4)) + ".gz"}).remove,
      ElementsAre(aged(days(4)) + ".gz", aged(days(3))));
  EXPECT_THAT(plan({aged(days(1)), aged(days(2))}).remove, IsEmpty());
}

TEST_F(UpkeepTest, AFileCountsOnceWhateverItsForms) {
  limits.max_backups = 2;
  const UpkeepPlan both =
      plan({aged(days(1)), aged(days(1)) + ".gz", aged(days(2)), aged(days(3)) + ".gz.tmp"});
  EXPECT_THAT(both.remove, ElementsAre(aged(days(3)) + ".gz.tmp"));
  limits.max_backups = 1;
  EXPECT_THAT(plan({aged(days(1)), aged(days(2)), aged(days(2)) + ".gz"}).remove,
              ElementsAre(aged(days(2)), aged(days(2)) + ".gz"));
}

TEST_F(UpkeepTest, FilesPastTheAgeAreRemoved) {
  limits.max_age = days(3);
  EXPECT_THAT(plan({aged(days(2)), aged(days(3)), names.name_at(kNow - days(3) - 1ms)}).remove,
              ElementsAre(names.name_at(kNow - days(3) - 1ms)));
  limits.max_age = days(2'000'000'000);
  EXPECT_THAT(plan({names.name_at(WallTime(0ms))}).remove, IsEmpty());
}

TEST_F(UpkeepTest, WhatIsKeptIsCompressedOldestFirst) {
  limits.compression = Compression::Gzip;
  limits.max_backups = 3;
  const UpkeepPlan found =
      plan({aged(days(1)), aged(days(2)), aged(days(3)) + ".gz", aged(days(4))});
  EXPECT_THAT(found.compress, ElementsAre(aged(days(2)), aged(days(1))));
  EXPECT_THAT(found.remove, ElementsAre(aged(days(4))));
}

TEST_F(UpkeepTest, LeftoversOfACrashAreSettledWithOrWithoutCompression) {
  for (const Compression compression : {Compression::None, Compression::Gzip}) {
    limits.compression = compression;
    // Killed between the rename of the compressed form and the removal of the file.
    EXPECT_THAT(plan({aged(days(1)), aged(days(1)) + ".gz"}).compress, ElementsAre(aged(days(1))));
    // Killed while compressing.
    EXPECT_THAT(plan({aged(days(1)), aged(days(1)) + ".gz.tmp"}).remove,
                ElementsAre(aged(days(1)) + ".gz.tmp"));
  }
}

}  // namespace
}  // namespace kaudit::backends
