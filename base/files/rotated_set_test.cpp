#include "base/files/rotated_set.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files/temporary_folder.hpp"

namespace kaudit {
namespace {

using ::testing::ElementsAre;

TEST(RotatedSet, HasItsFilesByAge) {
  const auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder);
  const auto path = [&](const char* name) { return (folder->path() / name).string(); };
  for (const char* name :
       {"audit.log", "audit-2026-11-23T10-11-12.345.log.gz", "audit-2026-11-24T00-00-00.000.log",
        "audit.log.1", "audit.log.2.gz", "audit.log.10.gz", "audit.log-20261120.gz",
        "audit-new.log", "other.log", "audit.log.bak", "kaudit.log.1"}) {
    std::ofstream(path(name)) << "x";
  }
  const auto set = rotated_set(path("audit.log"));
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_THAT(*set, ElementsAre(path("audit-2026-11-23T10-11-12.345.log.gz"),
                                path("audit-2026-11-24T00-00-00.000.log"),
                                path("audit.log-20261120.gz"), path("audit.log.10.gz"),
                                path("audit.log.2.gz"), path("audit.log.1"), path("audit.log")));
  EXPECT_THAT(rotated_set(path("none.log")).error().message,
              path("none.log") + ": there is no such file");
}

TEST(RotatedSet, OrdersTheNamesAShellGaveAndLeavesOthersWhereTheyAre) {
  std::vector<std::string> paths{"b.jsonl",       "d/audit.log",    "-",
                                 "d/audit.log.1", "d/audit.log.10", "d/audit.log.2"};
  order_by_rotation(paths);
  EXPECT_THAT(paths, ElementsAre("b.jsonl", "d/audit.log.10", "-", "d/audit.log.2", "d/audit.log.1",
                                 "d/audit.log"));
}

}  // namespace
}  // namespace kaudit
