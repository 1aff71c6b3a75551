#include "policy/lint/check.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "policy/loader.hpp"

namespace kaudit::policy::lint {
namespace {

namespace fs = std::filesystem;

bool is_refusal(const Finding& finding) { return finding.code < Code::MisspeltField; }

/// What the loader says and what the lints say of it belong together, whatever the text.
void expect_same_verdict(const std::string& text) {
  const LoadReport loaded = read_policy(text, "");
  const CheckReport report = check(text);
  EXPECT_EQ(std::ranges::any_of(report.findings, is_refusal), !loaded.policy) << loaded.refusal;
  const auto lines = 1 + std::ranges::count_if(text, [](char c) { return c == '\n' || c == '\r'; });
  for (const Finding& finding : report.findings) {
    EXPECT_GE(finding.position.line, 1) << finding.message;
    EXPECT_GE(finding.position.column, 1) << finding.message;
    EXPECT_LE(finding.position.line, std::max<std::ptrdiff_t>(lines, 2)) << finding.message;
    EXPECT_FALSE(finding.message.empty());
  }
}

TEST(Check, RefusesWhatTheLoaderRefusesInTheFullSetOfVectors) {
  const char* folder = std::getenv("KAUDIT_VECTORS");
  if (folder == nullptr) GTEST_SKIP() << "KAUDIT_VECTORS names no folder";
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(folder) / "policy-load")) {
    if (!entry.is_regular_file() || entry.path().extension() == ".jsonl") continue;
    SCOPED_TRACE(entry.path());
    std::ifstream in(entry.path(), std::ios::binary);
    expect_same_verdict({std::istreambuf_iterator<char>(in), {}});
  }
}

std::vector<Code> codes_of(const std::string& text) {
  std::vector<Code> codes;
  for (const Finding& finding : check(text).findings) codes.push_back(finding.code);
  return codes;
}

TEST(Check, DoesNotTakeTheFieldsOfAnotherKindForThoseOfAPolicy) {
  const std::string cluster =
      "apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata: {name: k}\nspec: {a: b}\n";
  EXPECT_EQ(codes_of(cluster), std::vector{Code::WrongApiVersion});
  EXPECT_NE(check(cluster).findings[0].message.find("`Cluster` of `kops.k8s.io/v1alpha2`"),
            std::string::npos);
}

TEST(Check, SeesEventsThatAreDroppedUnderOneOfTheirGroupsOnly) {
  const auto dropped = [](const std::string& group) {
    return codes_of(
        "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  resources:\n"
        "  - group: \"" +
        group + "\"\n    resources: [events]\n- level: Metadata\n");
  };
  for (const char* group : {"", "events.k8s.io"}) {
    const auto codes = dropped(group);
    EXPECT_NE(std::ranges::find(codes, Code::EventNoise), codes.end()) << group;
  }
}

}  // namespace
}  // namespace kaudit::policy::lint
