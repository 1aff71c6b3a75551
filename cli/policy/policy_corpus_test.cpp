// The reports on real policies: policy/lint/testdata/corpus holds some with what `kaudit policy
// check` says of each. KAUDIT_REWRITE_GOLDEN=1 rewrites the reports; KAUDIT_POLICIES names a folder
// with more policies, of which only what holds for all is asked.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cli/policy/output/findings_output.hpp"
#include "policy/lint/check.hpp"
#include "policy/loader.hpp"

namespace kaudit::cli {
namespace {

namespace fs = std::filesystem;
using policy::lint::Code;
using policy::lint::Finding;

std::string read_all(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> policies_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::string report_on(const fs::path& file) {
  std::string out;
  append_findings_text(out, {file.filename().string(), policy::lint::check(read_all(file)), 0});
  return out;
}

TEST(PolicyCorpus, IsReportedAsItsReportsSay) {
  const bool rewrite = std::getenv("KAUDIT_REWRITE_GOLDEN") != nullptr;
  const std::vector<fs::path> files = policies_in(KAUDIT_POLICY_CORPUS);
  EXPECT_GE(files.size(), 25U);
  for (const fs::path& file : files) {
    SCOPED_TRACE(file);
    const std::string report = report_on(file);
    fs::path golden = file;
    golden.replace_extension(".txt");
    if (rewrite) std::ofstream(golden) << report;
    EXPECT_EQ(report, read_all(golden));
  }
}

void expect_sound(const fs::path& file) {
  const std::string text = read_all(file);
  const policy::lint::CheckReport report = policy::lint::check(text);
  const bool loads = policy::read_policy(text, "").policy.has_value();
  EXPECT_EQ(std::ranges::none_of(
                report.findings,
                [](const Finding& finding) { return finding.code < Code::MisspeltField; }),
            loads);
  const auto lines = std::ranges::count(report.text, '\n') + 1;
  for (const Finding& finding : report.findings) {
    EXPECT_GE(finding.position.line, 1) << finding.message;
    EXPECT_LE(finding.position.line, lines) << finding.message;
    EXPECT_FALSE(finding.message.empty());
    EXPECT_FALSE(finding.fix.empty()) << finding.message;
  }
}

TEST(PolicyCorpus, HasAPlaceAndAFixForEveryFinding) {
  std::vector<fs::path> files = policies_in(KAUDIT_POLICY_CORPUS);
  if (const char* more = std::getenv("KAUDIT_POLICIES")) {
    const std::vector<fs::path> others = policies_in(more);
    files.insert(files.end(), others.begin(), others.end());
  }
  for (const fs::path& file : files) {
    SCOPED_TRACE(file);
    expect_sound(file);
  }
}

}  // namespace
}  // namespace kaudit::cli
