// What Kubernetes' own library answered: policies with requests and the rule that decides them, and
// policy files with what loading them says. A small part is in testdata; KAUDIT_VECTORS names a
// folder with the whole.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text/base64.hpp"
#include "policy/evaluator.hpp"
#include "policy/loader.hpp"

namespace kaudit::policy {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string read_all(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<Json> read_lines(const fs::path& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in) << path;
  std::vector<Json> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
  return lines;
}

/// The folder of that name in the full set, or none.
std::vector<fs::path> full_set(const char* name) {
  const char* folder = std::getenv("KAUDIT_VECTORS");
  if (folder == nullptr) return {};
  return {fs::path(folder) / name};
}

struct Request {
  explicit Request(const Json& json) : text(json) {
    if (json["user"].is_object()) {
      user.username = json["user"]["name"];
      user.groups = json["user"]["groups"].get<std::vector<std::string>>();
      attributes.user = &user;
    }
    attributes.resource_request = json["resourceRequest"];
    attributes.verb = member("verb");
    attributes.api_group = member("apiGroup");
    attributes.api_version = member("apiVersion");
    attributes.resource = member("resource");
    attributes.subresource = member("subresource");
    attributes.ns = member("namespace");
    attributes.name = member("name");
    attributes.path = member("path");
  }
  std::string_view member(const char* name) const {
    return text[name].get_ref<const std::string&>();
  }

  Json text;
  audit::UserInfo user;
  audit::Attributes attributes;
};

Json to_json(const audit::Decision& decision, const Json& id) {
  std::vector<std::string> stages;
  for (const audit::Stage stage : audit::kAllStages) {
    if (decision.omit_stages.contains(stage)) stages.emplace_back(to_string(stage));
  }
  std::sort(stages.begin(), stages.end());
  return {{"id", id},
          {"rule", decision.rule},
          {"level", to_string(decision.level)},
          {"omitStages", stages},
          {"omitManagedFields", decision.omit_managed_fields}};
}

void expect_decisions(const fs::path& policy_file) {
  const std::string base =
      policy_file.string().substr(0, policy_file.string().size() - sizeof(".policy.yaml") + 1);
  const auto loaded = load_policy_file(policy_file.string());
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  const auto evaluator = compile(loaded->policy);
  const auto requests = read_lines(base + ".requests.jsonl");
  const auto expected = read_lines(base + ".expected.jsonl");
  ASSERT_EQ(requests.size(), expected.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const Request request(requests[i]);
    EXPECT_EQ(to_json(evaluator->evaluate(request.attributes), requests[i]["id"]), expected[i])
        << requests[i];
  }
}

TEST(PolicyVectors, DecideAsKubernetesDoes) {
  std::vector<fs::path> folders = full_set("policy-eval");
  for (const fs::path& folder : full_set("bench")) folders.push_back(folder);
  folders.emplace_back(KAUDIT_TESTDATA "/eval");
  std::size_t policies = 0;
  for (const fs::path& folder : folders) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.path().string().ends_with(".policy.yaml")) continue;
      SCOPED_TRACE(entry.path());
      expect_decisions(entry.path());
      ++policies;
    }
  }
  EXPECT_GE(policies, 8U);
}

std::vector<std::string> paths_of(const LoadReport& report) {
  std::vector<std::string> paths;
  for (const Problem& problem : report.errors) {
    if (!problem.path.empty()) paths.push_back(problem.path);
  }
  return paths;
}

void expect_load(const std::string& text, const std::string& verdict,
                 const std::vector<std::string>& paths, bool warned) {
  const LoadReport report = read_policy(text, "policy.yaml");
  EXPECT_EQ(report.policy.has_value(), verdict != "refuse") << report.refusal;
  EXPECT_EQ(!report.warnings.empty(), warned) << report.warning;
  EXPECT_EQ(paths_of(report), paths);
  EXPECT_EQ(report.refusal.empty(), report.policy.has_value());
  EXPECT_EQ(report.errors.empty(), report.policy.has_value());
  EXPECT_EQ(report.warning.empty(), report.warnings.empty());
}

TEST(PolicyVectors, LoadAsKubernetesDoes) {
  for (const Json& test_case : read_lines(KAUDIT_TESTDATA "/load.jsonl")) {
    SCOPED_TRACE(test_case["file"]);
    const std::string text =
        test_case.contains("input")
            ? test_case["input"].get<std::string>()
            : base64_decode(test_case["inputBase64"].get<std::string>()).value();
    expect_load(text, test_case["verdict"], test_case.value("paths", std::vector<std::string>()),
                test_case.contains("warning"));
  }
}

TEST(PolicyVectors, LoadAsKubernetesDoesInTheFullSet) {
  for (const fs::path& folder : full_set("policy-load")) {
    for (const Json& test_case : read_lines(folder / "expected.jsonl")) {
      const std::string file = test_case["file"];
      if (file == "protobuf.bin") continue;  // we read YAML and JSON only
      SCOPED_TRACE(file);
      std::vector<std::string> paths;
      for (const Json& error : test_case.value("fieldErrors", Json::array())) {
        paths.push_back(error["path"]);
      }
      expect_load(read_all(folder / "files" / file), test_case["verdict"], paths,
                  test_case.value("warned", false));
    }
  }
}

/// The vectors come from a build of the library by itself, where a scheme's name is a path within
/// another module; released servers print the place of the audit scheme.
std::string as_released(std::string text) {
  const std::string built = "pkg/runtime/scheme.go:111";
  if (const std::size_t at = text.find(built); at != std::string::npos) {
    text.replace(at, built.size(), "k8s.io/apiserver/pkg/audit/scheme.go:30");
  }
  return text;
}

/// Beyond what is promised: the texts are the server's own too, but for those of YAML's syntax.
TEST(PolicyVectors, SayItInTheWordsOfKubernetes) {
  for (const Json& test_case : read_lines(KAUDIT_TESTDATA "/load.jsonl")) {
    const std::string error = test_case.value("error", "");
    const std::string file = test_case["file"];
    const bool is_parsers_text = error.starts_with("failed decoding: yaml: ") ||
                                 file.starts_with("123-") || file.starts_with("418-") ||
                                 !test_case.contains("input");
    if (is_parsers_text) continue;
    SCOPED_TRACE(file);
    const LoadReport report = read_policy(test_case["input"].get<std::string>(), "policy.yaml");
    EXPECT_EQ(report.refusal, as_released(error));
    const std::string warning = test_case.value("warning", "");
    EXPECT_EQ(report.warning, warning.empty() ? "" : warning.substr(2))
        << "without klog's severity";
  }
}

}  // namespace
}  // namespace kaudit::policy
