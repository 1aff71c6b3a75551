// Logs that others have written, read and written again.
#include <gtest/gtest.h>

#include "audit/decoder.hpp"
#include "audit/encoder.hpp"
#include "base/testing/vectors.hpp"

namespace kaudit::audit {
namespace {

using kaudit::testing::lines_of;
using kaudit::testing::read_file;

/// The module's excerpt, and the whole logs when KAUDIT_CONSUMERS names their folder.
std::vector<std::filesystem::path> logs(const std::string& excerpt,
                                        const std::vector<std::string>& whole) {
  std::vector<std::filesystem::path> paths{std::filesystem::path(KAUDIT_TESTDATA) / "consumers" /
                                           excerpt};
  if (const char* const folder = std::getenv("KAUDIT_CONSUMERS"); folder != nullptr) {
    for (const std::string& log : whole) paths.push_back(std::filesystem::path(folder) / log);
  }
  return paths;
}

TEST(ConsumerLogs, RealOpenShiftEventsComeOutAsTheyWentIn) {
  for (const auto& log : logs("openshift-clo.log", {"openshift-clo/audit_in.log",
                                                    "openshift-clo/audit_out_exporter.log"})) {
    const std::string text = read_file(log);
    EXPECT_FALSE(text.empty()) << log;
    std::string out;
    for (const std::string& line : lines_of(text)) {
      const auto event = decode_event(line);
      ASSERT_TRUE(event.has_value()) << log << ": " << event.error().message;
      append_event(out, *event);
    }
    EXPECT_TRUE(out == text) << log;
  }
}

TEST(ConsumerLogs, EventsOfOldServersAreRead) {
  for (const auto& log : logs("audit2rbac.log", {"audit2rbac/demo.log"})) {
    const auto lines = lines_of(read_file(log));
    EXPECT_FALSE(lines.empty()) << log;
    for (const std::string& line : lines) {
      const auto event = decode_event(line);
      ASSERT_TRUE(event.has_value()) << log << ": " << event.error().message;
      EXPECT_EQ(event->user->username, "system:admin");
      EXPECT_TRUE(event->impersonated_user.has_value());
    }
  }
}

}  // namespace
}  // namespace kaudit::audit
