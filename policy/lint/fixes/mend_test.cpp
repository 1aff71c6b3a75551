// Fixes are applied to real policies and the probes asked again: what is sensitive is recorded no
// worse than before, and once applied there is nothing left to apply.
#include "policy/lint/fixes/mend.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/evaluator.hpp"

namespace kaudit::policy::lint {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

std::string read_all(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> real_policies() {
  std::vector<fs::path> folders{fs::path(KAUDIT_TESTDATA) / "corpus"};
  if (const char* more = std::getenv("KAUDIT_POLICIES")) folders.emplace_back(more);
  std::vector<fs::path> files;
  for (const fs::path& folder : folders) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

/// Names of the probes that the second text records worse.
std::vector<std::string> worse_names(const std::string& before, const std::string& after) {
  const CheckReport was = check(before);
  const CheckReport is = check(after);
  std::vector<std::string> names;
  if (was.policies.empty()) return names;
  EXPECT_EQ(was.policies.size(), is.policies.size()) << after;
  if (was.policies.size() != is.policies.size()) return names;
  for (const Probe* probe : worsened(*compile(was.policies[0]), *compile(is.policies[0]))) {
    names.emplace_back(probe->name);
  }
  return names;
}

TEST(Mend, WorsensNothingOfARealPolicyAndComesToAnEnd) {
  std::size_t changed = 0;
  for (const fs::path& file : real_policies()) {
    SCOPED_TRACE(file);
    const std::string text = read_all(file);
    MendReport report = mend(text);
    EXPECT_THAT(worse_names(text, report.text), ::testing::IsEmpty());
    EXPECT_EQ(mend(report.text).text, report.text) << "applied twice";
    // Each of the others alone, too: one takes what one wants.
    for (const Finding& finding : report.open) {
      if (finding.fix_kind == FixKind::Slip) continue;  // not applied because it worsens something
      const std::string one = with_edits(report.text, finding.edits);
      EXPECT_THAT(worse_names(report.text, one), ::testing::IsEmpty())
          << lint_of(finding.code).id << "\n"
          << finding.fix;
    }
    // And all of them, until there are none: what one rule took before, another one takes then.
    std::erase_if(report.open,
                  [](const Finding& finding) { return finding.fix_kind == FixKind::Slip; });
    std::string all = report.text;
    for (int round = 0; round < 6; ++round) {
      std::vector<Edit> edits;
      for (const Finding& finding : mend(all).open) {
        if (finding.fix_kind == FixKind::Slip) continue;
        edits.insert(edits.end(), finding.edits.begin(), finding.edits.end());
      }
      if (edits.empty()) break;
      EXPECT_LT(round, 5) << "there is always more to fix:\n" << all;
      all = with_edits(all, std::move(edits));
    }
    EXPECT_THAT(worse_names(report.text, all), ::testing::IsEmpty()) << all;
    changed += all == text ? 0 : 1;
  }
  EXPECT_GE(changed, 25U);
}

constexpr const char* kHead = "apiVersion: audit.k8s.io/v1\nkind: Policy\n";

std::string mended(const std::string& rules) { return mend(kHead + rules).text; }

TEST(Mend, WritesListsWhereTextsStand) {
  EXPECT_EQ(mended("rules:\n- level: None\n  verbs: get, list # why\n- level: Metadata\n"),
            std::string(kHead) +
                "rules:\n- level: None\n  verbs: [get, list] # why\n- level: Metadata\n");
  EXPECT_EQ(
      mended(
          "omitStages: RequestReceived\nrules:\n- level: None\n  resources: [pods, deployments]\n"),
      std::string(kHead) +
          "omitStages: [RequestReceived]\nrules:\n- level: None\n  resources: [{group: \"\", "
          "resources: [pods]}, {group: apps, resources: [deployments]}]\n");
  EXPECT_EQ(mended("rules:\n- level: Metadata\n  resources:\n  - pods\n  - nodes/status\n"),
            std::string(kHead) +
                "rules:\n- level: Metadata\n  resources:\n  - group: \"\"\n"
                "    resources: [pods, nodes/status]\n");
}

TEST(Mend, WritesWhatCanOnlyHaveBeenMeant) {
  EXPECT_EQ(
      mend("apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules:\n- level: metadata\n").text,
      std::string(kHead) + "rules:\n- level: Metadata\n");
  EXPECT_EQ(mended("rules:\n- level: None\n  user: alice\n- level: Metadata\n"),
            std::string(kHead) + "rules:\n- level: None\n  users: [alice]\n- level: Metadata\n");
}

// The rule comes alive, and with it what it hides: that is for somebody to decide.
TEST(Mend, LeavesAFixThatHidesMore) {
  const std::string rules =
      "rules:\n- level: None\n  resources: [{group: core, resources: [secrets]}]\n"
      "- level: Metadata\n";
  const MendReport report = mend(kHead + rules);
  EXPECT_EQ(report.text, kHead + rules);
  EXPECT_THAT(report.proposed, HasSubstr("{group: \"\", resources: [secrets]}"));
}

TEST(Mend, KeepsToTheRuleThatTakesTooMuch) {
  const MendReport report =
      mend(std::string(kHead) +
           "rules:\n  # the proxy is noisy\n  - level: None\n    users: [\"system:kube-proxy\"]\n"
           "  - level: Metadata\n");
  EXPECT_THAT(report.proposed,
              HasSubstr("rules:\n  - level: Metadata\n    users: [\"system:kube-proxy\"]\n"
                        "    verbs: [get]\n    resources: [{group: \"\", resources: [secrets, "
                        "pods/exec, services/proxy]}]\n  # the proxy is noisy\n  - level: None\n"));
  EXPECT_EQ(mend(report.text).text, report.text);
}

// The rule that KA409 advised once was a None for three users, whatever they ask for.
TEST(Mend, NeverHidesWhatAComponentDoesNotDo) {
  const std::string all = std::string(kHead) + "rules:\n- level: Metadata\n";
  const MendReport report = mend(all);
  EXPECT_THAT(report.proposed, HasSubstr("users: [\"system:kube-proxy\"]\n  verbs: [watch]"));
  EXPECT_THAT(worse_names(all, report.proposed), ::testing::IsEmpty());
  const std::string wide = std::string(kHead) +
                           "rules:\n- level: None\n  users: [\"system:kube-proxy\"]\n"
                           "  verbs: [get, list, watch]\n- level: Metadata\n";
  EXPECT_THAT(worse_names(all, wide), ::testing::Contains("proxy-reads-secret"))
      << "the probes would see it";
}

TEST(Edits, AreMadeInTheirOrderAndNotOverEachOther) {
  EXPECT_EQ(with_edits("ab\ncd\n", {{{2, 1}, {2, 2}, "X"}, {{1, 2}, {1, 3}, "Y"}}), "aY\nXd\n");
  EXPECT_EQ(with_edits("ab\n", {{{1, 1}, {1, 3}, "X"}, {{1, 2}, {1, 3}, "Y"}}), "X\n");
  EXPECT_EQ(with_edits("ab", {{{2, 1}, {2, 1}, "cd\n"}}), "ab\ncd\n");
}

}  // namespace
}  // namespace kaudit::policy::lint
