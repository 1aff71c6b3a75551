// Manuals and completions of a made-up program. What shells and man make of the real ones:
// e2e/tests/test_pages.py.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/flags/flags.hpp"
#include "base/pages/completion.hpp"
#include "base/pages/manual.hpp"

namespace kaudit {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

CommandPage program() {
  CommandPage page{.name = "bake-it", .summary = "bakes"};
  page.options.push_back({.name = "version", .help = "Print the version."});
  CommandPage bread{.name = "bread", .summary = "Bakes bread: two kinds"};
  bread.options.push_back({.name = "kind",
                           .shorthand = 'k',
                           .kind = ValueKind::Choice,
                           .value_name = "KIND",
                           .choices = {"rye", "wheat"},
                           .default_value = "rye",
                           .help = "Which [kind]; it's up to you."});
  bread.options.push_back({.name = "recipe",
                           .kind = ValueKind::File,
                           .value_name = "FILE",
                           .help = ".hidden ones too, and \\n"});
  bread.operands.push_back({"OVEN", ValueKind::Folder, true, true, "Where."});
  page.commands.push_back(bread);
  return page;
}

std::string page() {
  return manual(program(), "1.0", "2026-11-29", {{"EXIT STATUS", "0\tFine.\nOthers are not."}});
}

TEST(Manual, HasEachCommandWithItsOptionsAndOperands) {
  EXPECT_THAT(page(), HasSubstr(".TH BAKE\\-IT 1 2026-11-29 \"kaudit 1.0\""));
  EXPECT_THAT(page(), HasSubstr(".SH NAME\nbake\\-it \\- bakes\n"));
  EXPECT_THAT(page(), HasSubstr(".SS bake\\-it bread\n\\fBbake\\-it bread\\fR [\\fIOPTION\\fR]... "
                                "\\fIOVEN\\fR...\n.PP\nBakes bread: two kinds\n"));
  EXPECT_THAT(page(), HasSubstr("\\fB\\-k\\fR, \\fB\\-\\-kind\\fR \\fIKIND\\fR\n"));
  EXPECT_THAT(page(), HasSubstr("One of: rye, wheat.\nDefault: rye.\n"));
  EXPECT_THAT(page(), HasSubstr(".SH \"EXIT STATUS\"\n.TP\n\\fB0\\fR\nFine.\n.PP\nOthers are"));
}

TEST(Manual, LetsNoTextBecomeARequestOrAnEscape) {
  EXPECT_THAT(page(), HasSubstr("\n\\&.hidden ones too, and \\en\n"));
  EXPECT_THAT(page(), HasSubstr("it\\(aqs up to you"));
}

TEST(Manual, ParagraphsDoNotFollowAHeadingTwice) {
  CommandPage one{.name = "one", .summary = "is one", .more = "First.\nSecond."};
  EXPECT_THAT(manual(one, "1", "2026-01-01", {}),
              HasSubstr(".SH DESCRIPTION\nFirst.\n.PP\nSecond.\n"));
}

TEST(Completion, KnowsThreeShells) {
  EXPECT_EQ(shell_of("zsh").value(), Shell::Zsh);
  EXPECT_EQ(shell_of("csh").error().message,
            "there are no completions for a shell \"csh\", but for bash, zsh and fish");
}

TEST(Completion, OfBashKnowsPathsWordsAndValues) {
  const std::string script = completion(program(), Shell::Bash);
  EXPECT_THAT(script, HasSubstr("'bake-it bread') path+=\" $word\" ;;"));
  EXPECT_THAT(
      script,
      HasSubstr("'bake-it bread --kind' | 'bake-it bread -k') value=yes words='rye wheat'"));
  EXPECT_THAT(script, HasSubstr("'bake-it bread --recipe') value=yes files=f ;;"));
  EXPECT_THAT(script, HasSubstr("words='bread'\n      options='--version'"));
  EXPECT_THAT(script, HasSubstr("options='--kind -k --recipe'\n      files=d ;;"));
  EXPECT_THAT(script, HasSubstr("complete -F _bake_it bake-it\n"));
}

TEST(Completion, OfZshEscapesWhatEndsADescription) {
  const std::string script = completion(program(), Shell::Zsh);
  EXPECT_THAT(script, StartsWith("#compdef bake-it\n"));
  EXPECT_THAT(script, HasSubstr("'*--kind=[Which \\[kind\\]]:KIND:(rye wheat)'"));
  EXPECT_THAT(script, HasSubstr("'bread:Bakes bread'"));
  EXPECT_THAT(script, HasSubstr("'*:OVEN:_files -/'"));
}

TEST(Completion, OfFishAsksWhereTheLineIs) {
  const std::string script = completion(program(), Shell::Fish);
  EXPECT_THAT(script, HasSubstr("case 'bake-it bread'\n"));
  EXPECT_THAT(script, HasSubstr("complete -c bake-it -n '__bake_it_at \\'bake-it bread\\'' -s k "
                                "-l kind -x -a 'rye wheat' -d 'Which [kind]'\n"));
}

TEST(FlagPage, IsWhatHelpPrintsToo) {
  FlagSet flags;
  std::string log = "-";
  std::string mode;
  bool compress = false;
  flags.group("Auditing");
  flags.add("log-path", &log, "Where to: a `file`.");
  flags.add("mode", &mode, "How.");
  flags.offer("mode", {"batch", "blocking"});
  flags.add("compress", &compress, "Compress.");
  flags.add("old", &compress, "Old.");
  flags.deprecate("old", "use --compress");
  const CommandPage page = flags.page("server", "serves");
  ASSERT_EQ(page.options.size(), 3U);
  EXPECT_EQ(page.options[0].name, "compress");
  EXPECT_EQ(page.options[0].kind, ValueKind::None);
  EXPECT_EQ(page.options[1].kind, ValueKind::File);
  EXPECT_EQ(page.options[1].value_name, "file");
  EXPECT_EQ(page.options[1].help, "Where to: a file.");
  EXPECT_EQ(page.options[1].default_value, "\"-\"");
  EXPECT_EQ(page.options[2].kind, ValueKind::Choice);
  EXPECT_EQ(page.options[2].group, "Auditing");
  for (const OptionPage& option : page.options) {
    EXPECT_THAT(flags.help("server"), HasSubstr("--" + option.name));
  }
  EXPECT_THAT(completion(page, Shell::Bash), Not(HasSubstr("--old")));
}

}  // namespace
}  // namespace kaudit
