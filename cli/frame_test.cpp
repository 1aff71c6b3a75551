// What every command has in common: names that do not exist, files that are too large.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/read_input.hpp"
#include "cli/testing/command_run.hpp"

namespace kaudit::cli {
namespace {

using testing::CommandRun;
using ::testing::HasSubstr;
using testing::run_command;

TEST(Frame, NamesACommandThatDoesNotExistAndTheNearest) {
  const auto refused = [](const std::vector<std::string>& arguments) {
    const CommandRun run = run_command(arguments);
    EXPECT_EQ(run.exit, Exit::Usage);
    EXPECT_EQ(run.out, "");
    return run.err;
  };
  EXPECT_EQ(refused({"plicy"}),
            "kaudit: there is no command \"plicy\": did you mean kaudit policy?\n");
  EXPECT_EQ(refused({"policy", "chek", "x.yaml"}),
            "kaudit: there is no command \"policy chek\": did you mean kaudit policy check?\n");
  EXPECT_THAT(refused({"explain"}), HasSubstr("did you mean kaudit events explain?"));
  EXPECT_THAT(refused({"xyzzy"}), HasSubstr("events, object, policy"));
  EXPECT_THAT(refused({}), HasSubstr("--help"));
}

TEST(Frame, RefusesWhatIsTooLargeWithSizeLimitAndRemedy) {
  const testing::ScratchFolder folder;
  const std::string large = folder.write(
      "large.yaml", "kind: ConfigMap\napiVersion: v1\ndata:\n  a: " + std::string(2'100'000, 'x'));
  const CommandRun run = run_command({"object", "convert", "--max-size", "2MB", large});
  EXPECT_EQ(run.exit, Exit::Usage);
  EXPECT_EQ(run.err, "kaudit: " + large +
                         ": has 2.1 MB, and at most 2.0 MB are read: give --max-size 3MB to read "
                         "it all the same\n");
  EXPECT_EQ(run_command({"object", "convert", "--max-size", "3MB", large}).exit, Exit::Fine);
  EXPECT_EQ(run_command({"object", "patch", "--max-size", "1kB", large, large}).exit, Exit::Usage);
  const std::string policy = folder.write("policy.yaml", std::string(5'000'000, '#'));
  EXPECT_THAT(run_command({"policy", "coverage", policy}).err,
              HasSubstr("has 5.0 MB, and at most 4.2 MB are read"));
}

TEST(ReadAtMost, TakesWhatFitsExactly) {
  const testing::ScratchFolder folder;
  const std::string file = folder.write("f", "12345");
  EXPECT_EQ(*read_at_most(file, 5, ""), "12345");
  EXPECT_FALSE(read_at_most(file, 4, ""));
  EXPECT_THAT(read_at_most(folder.path("none"), 5, "").error().message, HasSubstr("No such file"));
}

}  // namespace
}  // namespace kaudit::cli
