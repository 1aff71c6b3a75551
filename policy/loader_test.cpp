#include "policy/loader.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/describe.hpp"
#include "policy/evaluator.hpp"

namespace kaudit::policy {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kHead = "apiVersion: audit.k8s.io/v1\nkind: Policy\n";

class PolicyFile : public ::testing::Test {
 protected:
  PolicyFile()
      : folder_(std::filesystem::temp_directory_path() /
                ("kaudit-policy-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~PolicyFile() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& text) const {
    std::string path = folder_ / "p.yaml";
    std::ofstream(path) << text;
    return path;
  }
  /// The error with the folder's name made the one of the real server's output.
  std::string error_of(const std::string& path) const {
    std::string message = load_policy_file(path).error().message;
    for (std::size_t at; (at = message.find(folder_.string())) != std::string::npos;) {
      message.replace(at, folder_.string().size(), "DIR");
    }
    return message;
  }

  std::filesystem::path folder_;
};

TEST_F(PolicyFile, IsLoadedWithItsNameAndWarnings) {
  const std::string path = write(std::string(kHead) + "rules:\n- level: Metadata\n  verb: [get]\n");
  const auto loaded = load_policy_file(path);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->policy.source, path);
  EXPECT_THAT(loaded->policy.rules, SizeIs(1));
  ASSERT_THAT(loaded->warnings, SizeIs(1));
  EXPECT_EQ(loaded->warnings[0],
            "Audit policy contains errors, falling back to lenient decoding: strict decoding "
            "error: unknown field "
            "\"rules[0].verb\"");
}

TEST_F(PolicyFile, IsRefusedInTheServersWords) {
  EXPECT_EQ(error_of(write("kind: x\n")),
            "loading audit policy file: failed decoding: no kind \"x\" is registered for the "
            "internal version of group "
            "\"audit.k8s.io\" in scheme \"k8s.io/apiserver/pkg/audit/scheme.go:30\": from file "
            "DIR/p.yaml");
  EXPECT_EQ(error_of(write("")),
            "loading audit policy file: unknown group version field audit.k8s.io/__internal, "
            "Kind=Policy in policy: "
            "from file DIR/p.yaml");
  EXPECT_EQ(error_of(write(std::string(kHead) + "rules: []\n")),
            "loading audit policy file: loaded illegal policy with 0 rules: from file DIR/p.yaml");
  EXPECT_EQ(error_of(folder_ / "none.yaml"),
            "loading audit policy file: failed to read file path \"DIR/none.yaml\": open "
            "DIR/none.yaml: no such file or "
            "directory");
  EXPECT_THAT(error_of(folder_), HasSubstr("is a directory"));
}

TEST_F(PolicyFile, NamesAllErrorsTogether) {
  EXPECT_EQ(error_of(write(std::string(kHead) + "omitStages: [x]\nrules:\n- users: [a]\n")),
            "loading audit policy file: [omitStages[0]: Invalid value: \"x\": allowed stages are "
            "RequestReceived,ResponseStarted,ResponseComplete,Panic, rules[0].level: Required "
            "value]: from file "
            "DIR/p.yaml");
}

TEST(Loader, KnowsWhereEachErrorStands) {
  const LoadReport report = read_policy(std::string(kHead) +
                                            "rules:\n"
                                            "- level: Metadata\n"
                                            "  resources:\n"
                                            "  - group: apps\n"
                                            "  - group: Apps\n"
                                            "- users: [a]\n",
                                        "policy.yaml");
  ASSERT_THAT(report.errors, SizeIs(2));
  EXPECT_EQ(report.errors[0].path, "rules[0].resources.group");
  EXPECT_EQ(report.errors[0].position, (yaml::Position{7, 12}))
      << "of the second entry, though the path has no index";
  EXPECT_EQ(report.errors[1].path, "rules[1].level");
  EXPECT_EQ(report.errors[1].position, (yaml::Position{8, 3}))
      << "what is missing is missing from its rule";
}

TEST(Loader, TellsTheSameErrorOnce) {
  const LoadReport report =
      read_policy(std::string(kHead) +
                      "rules: [{level: None, resources: [{group: A}, {group: b}, {group: A}]}]\n",
                  "");
  EXPECT_THAT(report.errors, SizeIs(1));
}

TEST(Loader, GivesNoPathForWhatDecodingRefuses) {
  const LoadReport report =
      read_policy(std::string(kHead) + "rules:\n- level: Metadata\n  users: 5\n", "");
  ASSERT_THAT(report.errors, SizeIs(1));
  EXPECT_EQ(report.errors[0].path, "");
  EXPECT_EQ(report.errors[0].position, (yaml::Position{5, 10}));
  EXPECT_FALSE(report.policy.has_value());
}

TEST(Loader, TakesTheLastOfARepeatedKey) {
  const LoadReport report =
      read_policy(std::string(kHead) + "rules:\n- level: Metadata\n  level: Request\n", "");
  ASSERT_TRUE(report.policy.has_value());
  EXPECT_EQ(report.policy->rules[0].level, "Request");
  ASSERT_THAT(report.warnings, SizeIs(1));
  EXPECT_EQ(report.warnings[0].position.line, 5);
}

TEST(Loader, MergesRepeatedFieldsOfJsonAsGoDoes) {
  const LoadReport report = read_policy(R"({"apiVersion":"audit.k8s.io/v1","kind":"Policy",
      "rules":[{"level":"Metadata"},{"level":"None"}],"rules":[{"users":["a"]}]})",
                                        "");
  ASSERT_TRUE(report.policy.has_value()) << report.refusal;
  ASSERT_THAT(report.policy->rules, SizeIs(1));
  EXPECT_EQ(report.policy->rules[0].level, "Metadata");
  EXPECT_THAT(report.policy->rules[0].users, SizeIs(1));
}

TEST(Loader, TakesKindAndApiVersionInAnyCaseButWarns) {
  const LoadReport report =
      read_policy("apiversion: audit.k8s.io/v1\nrules: [{level: None}]\n", "");
  EXPECT_TRUE(report.policy.has_value()) << report.refusal;
  EXPECT_THAT(report.warnings, SizeIs(1));
}

TEST(Loader, ChecksTimestampsOfMetadata) {
  const auto loads = [](const std::string& time) {
    const std::string metadata = "metadata: {creationTimestamp: \"" + time + "\"}\n";
    return read_policy(kHead + metadata + "rules: [{level: None}]\n", "").policy.has_value();
  };
  EXPECT_TRUE(loads("2024-02-29T00:00:00Z"));
  EXPECT_TRUE(loads("2026-01-01T1:00:00.25+01:00"));
  EXPECT_FALSE(loads("2023-02-29T00:00:00Z"));
  EXPECT_FALSE(loads("2026-01-01 00:00:00Z"));
  EXPECT_FALSE(loads("2026-01-01T24:00:00Z"));
  EXPECT_FALSE(loads("2026-01-01T00:00:00"));
}

TEST(Describe, NamesTheRuleAndItsPlace) {
  const LoadReport report =
      read_policy(std::string(kHead) + "rules:\n- level: None\n  verbs: [get]\n- level: Metadata\n",
                  "policy.yaml");
  ASSERT_TRUE(report.policy.has_value());
  audit::Decision decision;
  EXPECT_EQ(describe(decision, *report.policy), "no rule matched");
  decision.rule = 1;
  EXPECT_EQ(describe(decision, *report.policy), "rule 1 (policy.yaml:6)");
}

}  // namespace
}  // namespace kaudit::policy
