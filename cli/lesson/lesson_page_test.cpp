#include "cli/lesson/lesson_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/lesson/lesson_shell.hpp"

namespace kaudit::cli {
namespace {

using Kind = LessonStep::Kind;

TEST(LessonPage, IsTakenApartByItsMarks) {
  const auto steps = steps_of(
      "# 1. Title\n\nRead this.\n\n<!-- tour -->\n```sh\necho a\necho b\n```\n\n<!-- output "
      "-->\n```text\na\nb\n```\n\nAnd?\n\n<!-- answer -->\n```sh\ntrue\n```\n");
  ASSERT_EQ(steps.size(), 5U);
  EXPECT_EQ(steps[0].text, "# 1. Title\n\nRead this.");
  EXPECT_EQ(steps[1].kind, Kind::Command);
  EXPECT_EQ(steps[1].text, "echo a\necho b\n");
  EXPECT_EQ(steps[2].kind, Kind::Output);
  EXPECT_EQ(steps[3].text, "And?");
  EXPECT_EQ(steps[4].kind, Kind::Question);
}

TEST(LessonPage, ShowsAnythingWithThreeDots) {
  EXPECT_TRUE(is_shown("a\n", "\na"));
  EXPECT_FALSE(is_shown("a", "ab"));
  EXPECT_TRUE(is_shown("a…d", "abcd"));
  EXPECT_TRUE(is_shown("…", "whatever"));
  EXPECT_TRUE(is_shown("a…c…e", "abcde"));
  EXPECT_FALSE(is_shown("a…c…e", "abcdef"));
  EXPECT_FALSE(is_shown("a…x…e", "abcde"));
  EXPECT_TRUE(is_shown("", ""));
}

TEST(LessonPage, IsInTheProgram) {
  const auto all = lessons();
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all[0].number, 1);
  EXPECT_EQ(all[0].title, "One request, two events");
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].number, static_cast<int>(i) + 1);
    const auto steps = steps_of(all[i].page);
    EXPECT_EQ(steps.back().kind, Kind::Output) << all[i].title;
  }
}

TEST(LessonShellTest, KeepsWhatAPieceLeaves) {
  auto shell = LessonShell::start("/tmp", "");
  ASSERT_TRUE(shell) << shell.error().message;
  EXPECT_EQ(shell->run("a=1; f() { echo \"$a\"; }").value_or("?"), "");
  EXPECT_EQ(shell->run("f").value_or("?"), "1\n");
  EXPECT_EQ(shell->run("pwd").value_or("?"), "/tmp\n");
}

TEST(LessonShellTest, SurvivesWhatIsNotAScript) {
  auto shell = LessonShell::start("/tmp", "");
  ASSERT_TRUE(shell) << shell.error().message;
  EXPECT_TRUE(shell->run("echo 'never closed"));
  EXPECT_TRUE(shell->run("no-such-command; false"));
  EXPECT_EQ(shell->run("echo still here").value_or("?"), "still here\n");
  EXPECT_FALSE(shell->run("exit 3"));
}

}  // namespace
}  // namespace kaudit::cli
