// Each lint by a bad file and a good one: testdata/lints/KA101.bad.yaml has a comment `# KA101` in
// each line where it is to be found, KA101.good.yaml is how it should be written.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "policy/lint/check.hpp"

namespace kaudit::policy::lint {
namespace {

namespace fs = std::filesystem;

std::string read_page(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The first line may name the server's flags: `# flags: --audit-log-mode=…`.
CheckReport check_file(const std::string& text) {
  CheckOptions options;
  if (text.starts_with("# flags:")) {
    options.flags = find_server_flags(text.substr(1, text.find('\n') - 1));
  }
  return check(text, options);
}

std::set<int> marked_lines(const std::string& text, std::string_view id) {
  std::set<int> lines;
  int number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    ++number;
    if (text.substr(at, end - at).ends_with("# " + std::string(id))) lines.insert(number);
    at = end + 1;
  }
  return lines;
}

std::set<int> found_lines(const CheckReport& report, Code code) {
  std::set<int> lines;
  for (const Finding& finding : report.findings) {
    if (finding.code == code) lines.insert(finding.position.line);
  }
  return lines;
}

class EachLint : public ::testing::TestWithParam<Lint> {
 protected:
  static std::string text(const char* kind) {
    return read_page(fs::path(KAUDIT_TESTDATA) / "lints" /
                     (std::string(GetParam().id) + kind + ".yaml"));
  }
};

TEST_P(EachLint, FindsWhatIsMarkedInTheBadFile) {
  const std::string bad = text(".bad");
  const CheckReport report = check_file(bad);
  ASSERT_FALSE(marked_lines(bad, GetParam().id).empty());
  EXPECT_EQ(found_lines(report, GetParam().code), marked_lines(bad, GetParam().id));
  for (const Finding& finding : report.findings) {
    EXPECT_GE(finding.position.line, 1);
    EXPECT_GE(finding.position.column, 1);
    EXPECT_FALSE(finding.message.empty());
    EXPECT_FALSE(finding.fix.empty()) << finding.message;
    EXPECT_EQ(finding.severity, lint_of(finding.code).severity);
  }
}

TEST_P(EachLint, IsSilentAboutTheGoodFile) {
  const CheckReport report = check_file(text(".good"));
  EXPECT_TRUE(found_lines(report, GetParam().code).empty());
  for (const Finding& finding : report.findings) {
    EXPECT_GE(finding.code, Code::MisspeltField) << "a good file loads: " << finding.message;
  }
}

/// The rule that a fix says to put somewhere, ready to be put below `rules:`; empty when it says
/// none.
std::string rule_in(const std::string& fix) {
  const std::size_t rule = fix.find("\n- level: ");
  return rule == std::string::npos ? "" : fix.substr(rule + 1) + "\n";
}

std::vector<Lint> lints_with_files() {
  std::vector<Lint> all(lints().begin(), lints().end());
  std::erase_if(all, [](const Lint& lint) { return lint.code == Code::TooLarge; });
  return all;
}

/// The bad file of a lint with each rule that the lint advises put to the front; the text as it was
/// when it advises none.
std::string mended(const Lint& lint, std::string text) {
  std::set<std::string> rules;
  for (const Finding& finding : check_file(text).findings) {
    if (finding.code == lint.code) rules.insert(rule_in(finding.fix));
  }
  rules.erase("");
  const std::string head = "\nrules:\n";
  for (const std::string& rule : rules) text.insert(text.find(head) + head.size(), rule);
  return text;
}

TEST(Lints, AreSilentOnceTheRuleTheyAdviseIsThere) {
  std::size_t count = 0;
  for (const Lint& lint : lints_with_files()) {
    const std::string bad =
        read_page(fs::path(KAUDIT_TESTDATA) / "lints" / (std::string(lint.id) + ".bad.yaml"));
    const std::string good = mended(lint, bad);
    if (good == bad) continue;
    ++count;
    EXPECT_TRUE(found_lines(check_file(good), lint.code).empty()) << lint.id << "\n" << good;
  }
  EXPECT_GE(count, 12U);
}

INSTANTIATE_TEST_SUITE_P(Lints, EachLint, ::testing::ValuesIn(lints_with_files()),
                         [](const auto& param) { return std::string(param.param.id); });

TEST(Lints, HaveUniqueNamesAndIdsThatAreTheirCodes) {
  std::set<std::string_view> names;
  for (const Lint& lint : lints()) {
    std::string number = std::to_string(static_cast<int>(lint.code));
    number.insert(0, 3 - number.size(), '0');
    EXPECT_EQ(lint.id, "KA" + number);
    EXPECT_TRUE(names.insert(lint.name).second) << lint.name;
    EXPECT_EQ(find_lint(lint.id), &lint);
    EXPECT_EQ(&lint_of(lint.code), &lint);
  }
  EXPECT_EQ(find_lint("KA999"), nullptr);
}

// The table of the README is the one of the code.
TEST(Lints, StandInTheReadmeAsTheyAre) {
  const std::string readme = read_page(fs::path(KAUDIT_TESTDATA).parent_path() / "README.md");
  for (const Lint& lint : lints()) {
    const std::string row = "| " + std::string(lint.id) + " | " +
                            std::string(to_string(lint.severity)) + " | " + std::string(lint.name) +
                            " | " + std::string(lint.summary) + " |";
    EXPECT_NE(readme.find(row), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace kaudit::policy::lint
