// `kaudit policy check` with lints, and `coverage`: exit codes, the three formats, silencing.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/testing/command_run.hpp"
#include "policy/lint/check.hpp"
#include "policy/lint/lints.hpp"
#include "policy/probes/probes.hpp"

namespace kaudit::cli {
namespace {

using testing::CommandRun;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::run_policy_command;
using testing::ScratchFolder;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Json = nlohmann::json;

constexpr const char* kHead = "apiVersion: audit.k8s.io/v1\nkind: Policy\n";
/// No error, some warnings.
constexpr const char* kWarned = "rules:\n- level: Metadata\n  users: [alice]\n";
/// One error at 5:3.
constexpr const char* kWrong = "rules:\n- level: None\n  user: [alice]\n";
/// Nothing to say.
constexpr const char* kClean =
    "rules:\n"
    "- level: None\n"
    "  nonResourceURLs: [\"/healthz*\", \"/livez*\", \"/readyz*\", /metrics]\n"
    "- level: None\n"
    "  users: [\"system:kube-proxy\"]\n"
    "  resources: [{group: \"\", resources: [services]}, {group: discovery.k8s.io}]\n"
    "- level: None\n"
    "  users: [\"system:apiserver\"]\n"
    "  resources: [{group: \"\", resources: [namespaces, endpoints]}]\n"
    "- level: None\n"
    "  users: [\"system:serviceaccount:kube-system:horizontal-pod-autoscaler\"]\n"
    "  resources: [{group: metrics.k8s.io}]\n"
    "- level: None\n"
    "  resources: [{group: coordination.k8s.io, resources: [leases]}]\n"
    "- level: Metadata\n";

class PolicyCheck : public ::testing::Test {
 protected:
  std::string file(const std::string& rest, const std::string& name = "policy.yaml") const {
    return folder_.write(name, kHead + rest);
  }
  CommandRun check(const std::string& rest, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"check", file(rest)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_policy_command(arguments);
  }

  ScratchFolder folder_;
};

std::vector<Json> lines_of(const std::string& out) {
  std::vector<Json> lines;
  for (std::size_t at = 0; at < out.size();) {
    const std::size_t end = out.find('\n', at);
    lines.push_back(Json::parse(out.substr(at, end - at)));
    at = end + 1;
  }
  return lines;
}

TEST_F(PolicyCheck, FailsFromTheSeverityOnThatIsAskedFor) {
  EXPECT_EQ(check(kClean, {"--fail-on", "info"}).exit, Exit::Fine);
  EXPECT_EQ(check(kWarned).exit, Exit::Fine);
  EXPECT_EQ(check(kWarned, {"--fail-on", "warning"}).exit, Exit::Findings);
  EXPECT_EQ(check(kWrong).exit, Exit::Findings);
  EXPECT_EQ(check(kWrong, {"--fail-on", "never"}).exit, Exit::Fine);
  EXPECT_EQ(check("rules: [\n").exit, Exit::Findings) << "malformed is a finding";
  EXPECT_EQ(check("rules: [\n", {"--fail-on", "never"}).exit, Exit::Fine);
  EXPECT_EQ(check("rules: []\n").exit, Exit::Findings) << "so is what a server refuses";
}

TEST_F(PolicyCheck, CannotReadWhatIsNotThereAndStillChecksTheRest) {
  const CommandRun run = run_policy_command({"check", folder_.path("none.yaml"), file(kClean)});
  EXPECT_EQ(run.exit, Exit::Usage);
  EXPECT_THAT(run.err, HasSubstr("none.yaml: No such file or directory"));
  EXPECT_EQ(run.out, folder_.path("policy.yaml") + ": 6 rules, nothing found\n");
}

TEST_F(PolicyCheck, ShowsTheLineWithACaretUnderTheWord) {
  EXPECT_THAT(check(kWrong).out,
              HasSubstr(folder_.path("policy.yaml") + ":4:10: warning: none of"));
  EXPECT_THAT(check(kWrong).out,
              HasSubstr(folder_.path("policy.yaml") +
                        ":5:3: error: `user` is not a field of a rule: the server drops it. Rule 0 "
                        "(line 4) is left without conditions and takes every request: nothing is "
                        "recorded from here on [KA101 misspelt-field]\n"
                        "    5 |   user: [alice]\n"
                        "      |   ^~~~\n"
                        "    fix: write `users`\n"));
  EXPECT_THAT(check(kWrong).out, EndsWith("policy.yaml: 1 rule, 1 error, 1 warning, 0 notes\n"));
}

TEST_F(PolicyCheck, SendsNothingToATerminalThatItDoesNotShow) {
  const std::string out =
      check("rules:\n- level: None\n  users: [\"\\e[2J\"]\n  \"v\\e[1m\": 5\n").out;
  EXPECT_THAT(out, HasSubstr("KA101"));
  EXPECT_THAT(out, Not(HasSubstr("\x1b")));
}

TEST_F(PolicyCheck, CutsALongLineAroundThePlace) {
  const std::string many(5000, 'x');
  const CommandRun run = check("rules: [{level: None, users: [" + many +
                               "], verb: [get]}, {level: " + "Metadata, users: [" + many + "]}]\n");
  std::size_t at = run.out.find("`verb` is not a field");
  ASSERT_NE(at, std::string::npos);
  at = run.out.find('\n', at) + 1;
  const std::string excerpt = run.out.substr(at, run.out.find('\n', at) - at);
  EXPECT_LT(excerpt.size(), 130U);
  EXPECT_THAT(excerpt, HasSubstr("verb: [get]"));
}

TEST_F(PolicyCheck, WritesOneJsonLineForEachFinding) {
  const auto lines = lines_of(check(kWrong, {"--output", "json"}).out);
  ASSERT_THAT(lines, SizeIs(2));
  for (const Json& line : lines) {
    for (const char* name : {"file", "code", "severity", "path", "message", "fix"}) {
      EXPECT_TRUE(line.at(name).is_string()) << name;
    }
    EXPECT_TRUE(line.at("line").is_number_integer());
    EXPECT_TRUE(line.at("column").is_number_integer());
    EXPECT_THAT(line, SizeIs(9));
  }
  EXPECT_EQ(lines[1].at("code"), "KA101");
  EXPECT_EQ(lines[1].at("severity"), "error");
  EXPECT_EQ(lines[1].at("path"), "rules[0].user");
  EXPECT_EQ(lines[1].at("rule"), 0);
  EXPECT_EQ(lines[1].at("line"), 5);
  EXPECT_EQ(lines[1].at("column"), 3);
  EXPECT_EQ(lines[1].at("fix"), "write `users`");
  EXPECT_THAT(check(kClean, {"--output", "json"}).out, IsEmpty());
  EXPECT_EQ(lines_of(check("rules: [\n", {"--output", "json"}).out).at(0).at("rule"), nullptr);
}

TEST_F(PolicyCheck, WritesOneSarifLogForAllFiles) {
  const std::string second =
      file("rules:\n- {level: None, users: [\"äö\", a b], verb: [x]}\n", "b #2.yaml");
  const CommandRun run = run_policy_command({"check", "--output", "sarif", file(kWrong), second});
  EXPECT_EQ(run.exit, Exit::Findings);
  const Json log = Json::parse(run.out);
  EXPECT_EQ(log.at("version"), "2.1.0");
  ASSERT_THAT(log.at("runs"), SizeIs(1));
  const Json& one = log.at("runs")[0];
  EXPECT_EQ(one.at("tool").at("driver").at("name"), "kaudit");
  const Json& rules = one.at("tool").at("driver").at("rules");
  EXPECT_EQ(rules.size(), policy::lint::lints().size());
  EXPECT_EQ(one.at("columnKind"), "unicodeCodePoints");
  bool counts_code_points = false;
  for (const Json& result : one.at("results")) {
    const auto index = result.at("ruleIndex").get<std::size_t>();
    EXPECT_EQ(rules.at(index).at("id"), result.at("ruleId"));
    EXPECT_THAT((std::vector<std::string>{"error", "warning", "note"}),
                ::testing::Contains(result.at("level").get<std::string>()));
    EXPECT_FALSE(result.at("message").at("text").get<std::string>().empty());
    const Json& place = result.at("locations").at(0).at("physicalLocation");
    const std::string uri = place.at("artifactLocation").at("uri");
    EXPECT_THAT(uri, StartsWith("file:///"));
    const Json& region = place.at("region");
    EXPECT_GE(region.at("startLine"), 1);
    EXPECT_GE(region.at("startColumn"), 1);
    EXPECT_GT(region.at("endColumn"), region.at("startColumn"));
    if (result.at("ruleId") == "KA101" && uri.ends_with("b%20%232.yaml")) {
      EXPECT_EQ(region.at("startColumn"), 37) << "not bytes: 39";
      EXPECT_EQ(region.at("endColumn"), 41);
      counts_code_points = true;
    }
  }
  EXPECT_TRUE(counts_code_points);
}

TEST_F(PolicyCheck, KeepsTheLoadersOutputForLoadOnly) {
  EXPECT_EQ(check(kWrong, {"--load-only"}).exit, Exit::Fine);
  EXPECT_THAT(check(kWrong, {"--load-only", "--output", "json"}).out,
              HasSubstr("\"verdict\":\"warn\",\"errors\":[],\"warnings\":[{\"path\":"));
  EXPECT_EQ(check(kWrong, {"--load-only", "--output", "sarif"}).exit, Exit::Usage);
}

TEST_F(PolicyCheck, JudgesTogetherWithTheServersFlags) {
  const std::string omitted = "omitStages: [RequestReceived]\nrules:\n- level: Metadata\n";
  const char* code = "KA310";
  EXPECT_THAT(check(omitted).out, Not(HasSubstr(code)));
  EXPECT_THAT(check(omitted, {"--flags", "--audit-log-mode blocking"}).out, Not(HasSubstr(code)));
  EXPECT_THAT(check(omitted, {"--flags", "--audit-webhook-mode=blocking-strict"}).out,
              HasSubstr("--audit-webhook-mode=blocking-strict refuses"));
  const std::string manifest =
      folder_.write("kube-apiserver.yaml",
                    "spec:\n  containers:\n  - command:\n    - kube-apiserver\n    - "
                    "--audit-log-mode=blocking-strict\n");
  const CommandRun run = check(omitted, {"--flags", manifest});
  EXPECT_EQ(run.exit, Exit::Findings);
  EXPECT_THAT(run.out, HasSubstr(code));
  EXPECT_EQ(check(omitted, {"--flags", folder_.path("none")}).exit, Exit::Usage);
}

TEST_F(PolicyCheck, SaysWhenItFoundNoFlagsOfAuditing) {
  const std::string omitted = "omitStages: [RequestReceived]\nrules:\n- level: Metadata\n";
  const std::string kops = folder_.write(
      "kops.yaml", "kind: Cluster\nspec:\n  kubeAPIServer:\n    auditLogMode: blocking-strict\n");
  const CommandRun found = check(omitted, {"--flags", kops});
  EXPECT_THAT(found.out, HasSubstr("KA310"));
  EXPECT_EQ(found.err, "");
  const CommandRun nothing = check(omitted, {"--flags", folder_.write("x.yaml", "kind: Pod\n")});
  EXPECT_THAT(nothing.out, Not(HasSubstr("KA310")));
  EXPECT_THAT(nothing.err, HasSubstr("no kube-apiserver flags of auditing found in"));
}

std::size_t count(const std::string& out, const std::string& text) {
  std::size_t found = 0;
  for (std::size_t at = out.find(text); at != std::string::npos; at = out.find(text, at + 1)) {
    ++found;
  }
  return found;
}

TEST_F(PolicyCheck, IsSilencedByCommentsOfTheFile) {
  const std::string two =
      "rules:\n- level: Request\n  verb: [a]\n  user: [b]\n- level: Metadata\n  verb: [c]\n";
  EXPECT_EQ(count(check(two).out, "[KA101"), 3U);
  const std::string behind =
      "rules:\n- level: Request\n  verb: [a] # kaudit:ignore KA101 why not\n  user: [b]\n- level: "
      "Metadata\n";
  EXPECT_EQ(count(check(behind).out, "[KA101"), 1U);
  const std::string above =
      "rules:\n- level: Request\n  # kaudit:ignore KA101\n\n  verb: [a]\n  user: [b]\n- level: "
      "Metadata\n";
  EXPECT_EQ(count(check(above).out, "[KA101"), 1U);
  const std::string rule =
      "rules:\n# kaudit:ignore KA101, KA301 all of it\n- level: Request\n  verb: [a]\n  user: "
      "[b]\n- level: "
      "Metadata\n  verb: [c]\n";
  EXPECT_EQ(count(check(rule).out, "[KA101"), 1U);
  EXPECT_THAT(check(rule).out, HasSubstr("KA301 is silenced here, but nothing like it is found"));
  const std::string whole = "# kaudit:ignore KA101 a whole file\n---\n" + std::string(kHead) + two;
  const CommandRun run = run_policy_command({"check", folder_.write("whole.yaml", whole)});
  EXPECT_EQ(count(run.out, "[KA101"), 0U);
  EXPECT_EQ(count(run.out, "[KA107"), 0U);
}

TEST_F(PolicyCheck, CannotBeSilencedAboutWhatAServerRefuses) {
  const CommandRun run = run_policy_command(
      {"check", folder_.write("old.yaml",
                              "# kaudit:ignore KA002 one day\napiVersion: audit.k8s.io/v1beta1\n"
                              "kind: Policy\nrules: [{level: Metadata}]\n")});
  EXPECT_EQ(run.exit, Exit::Findings);
  EXPECT_THAT(run.out, HasSubstr("[KA002 wrong-api-version]"));
  EXPECT_THAT(run.out, HasSubstr("KA002 cannot be silenced"));
}

TEST_F(PolicyCheck, DoesNotReadMoreThanAPolicyCanHave) {
  std::string large(policy::lint::kMaxBytes + 1, '#');
  const CommandRun run = run_policy_command({"check", folder_.write("large.yaml", large)});
  EXPECT_EQ(run.exit, Exit::Findings);
  EXPECT_THAT(run.out, HasSubstr("large.yaml:1:1: error: "));
  EXPECT_THAT(run.out, HasSubstr("[KA011 too-large]"));
  EXPECT_LT(run.out.size(), 1000U);
}

TEST_F(PolicyCheck, ReadsJsonToo) {
  const CommandRun run = run_policy_command(
      {"check", "--output", "json",
       folder_.write("p.json",
                     "{\"apiVersion\": \"audit.k8s.io/v1\",\n \"kind\": \"Policy\",\n \"rules\": "
                     "[{\"level\": \"Metadata\", \"verb\": [\"get\"]}]}\n")});
  const auto lines = lines_of(run.out);
  const auto found =
      std::ranges::find_if(lines, [](const Json& line) { return line["code"] == "KA101"; });
  ASSERT_NE(found, lines.end());
  EXPECT_EQ((*found)["line"], 3);
  EXPECT_EQ((*found)["column"], 34);
}

TEST_F(PolicyCheck, ShowsErrorsFirstAndLessWhereLessIsAskedFor) {
  EXPECT_THAT(check(kWrong).out, StartsWith(folder_.path("policy.yaml") + ":5:3: error: "));
  const CommandRun errors = check(kWrong, {"--severity", "error", "--fail-on", "warning"});
  EXPECT_THAT(errors.out, Not(HasSubstr(": warning: ")));
  EXPECT_EQ(check(kWarned, {"--severity", "error", "--fail-on", "warning"}).exit, Exit::Findings)
      << "what is not shown still fails";
  EXPECT_THAT(lines_of(check(kWrong, {"--severity", "error", "--output", "json"}).out), SizeIs(1));
}

TEST_F(PolicyCheck, SaysOnceWhatIsAlike) {
  std::string rules = "rules:\n";
  for (int i = 0; i < 12; ++i) {
    rules += "- {level: Metadata, namespaces: [\"*\"], users: [u" + std::to_string(i) + "]}\n";
  }
  const CommandRun run = check(rules);
  EXPECT_EQ(count(run.out, "[KA206"), 1U);
  EXPECT_THAT(run.out,
              HasSubstr("and 11 more like it: lines 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15"));
  EXPECT_THAT(run.out, HasSubstr("12 rules, 12 errors"));
  EXPECT_GE(lines_of(check(rules, {"--output", "json"}).out).size(), 12U) << "programs count";
}

TEST_F(PolicyCheck, IsColouredWhereThatIsSeen) {
  EXPECT_THAT(check(kWrong).out, Not(HasSubstr("\x1b"))) << "not a terminal";
  EXPECT_THAT(check(kWrong, {"--color", "always"}).out, HasSubstr(": \x1b[1;31merror\x1b[0m: "));
  EXPECT_THAT(check(kWrong, {"--color", "never"}).out, Not(HasSubstr("\x1b")));
}

TEST_F(PolicyCheck, PrintsThePageOfEachCode) {
  for (const policy::lint::Lint& lint : policy::lint::lints()) {
    const CommandRun run = run_policy_command({"check", "--explain", std::string(lint.id)});
    EXPECT_EQ(run.exit, Exit::Fine);
    EXPECT_THAT(run.out, HasSubstr(std::string(lint.summary)));
    if (lint.code == policy::lint::Code::TooLarge) continue;
    EXPECT_THAT(run.out, HasSubstr("# " + std::string(lint.id) + "\n")) << "its example";
    EXPECT_THAT(run.out, HasSubstr("Better:"));
  }
  EXPECT_EQ(run_policy_command({"check", "--explain", "ka305"}).exit, Exit::Fine);
  EXPECT_EQ(run_policy_command({"check", "--explain", "KA999"}).exit, Exit::Usage);
  EXPECT_EQ(run_policy_command({"check"}).exit, Exit::Usage);
}

TEST_F(PolicyCheck, MendsSlipsInTheFileAndShowsTheRest) {
  const CommandRun run = check("rules:\n- level: None\n  user: alice\n- level: metadata\n",
                               {"--fix", "--severity", "error"});
  EXPECT_EQ(run.exit, Exit::Fine) << run.out << run.err;
  EXPECT_EQ(testing::read_file(folder_.path("policy.yaml")),
            std::string(kHead) + "rules:\n- level: None\n  users: [alice]\n- level: Metadata\n");
  EXPECT_THAT(run.out, HasSubstr(":5: fixed: write `users` [KA101]\n"));
  EXPECT_THAT(run.out, HasSubstr("to be decided:\n--- " + folder_.path("policy.yaml")));
  EXPECT_THAT(run.out, HasSubstr("\n+- level: None\n+  userGroups: "));
  EXPECT_THAT(run.out, HasSubstr("2 rules, nothing but what is below --severity: "));
  const std::string again = run_policy_command({"check", "--fix", folder_.path("policy.yaml")}).out;
  EXPECT_THAT(again, Not(HasSubstr(": fixed: ")));
  EXPECT_EQ(
      run_policy_command({"check", "--fix", "--output", "json", folder_.path("policy.yaml")}).exit,
      Exit::Usage);
}

TEST_F(PolicyCheck, KeepsTheReturnsOfAFileThatItMends) {
  const std::string path = folder_.write(
      "dos.yaml",
      "apiVersion: audit.k8s.io/v1beta1\r\nkind: Policy\r\nrules:\r\n- level: Metadata\r\n");
  EXPECT_EQ(run_policy_command({"check", "--fix", path}).exit, Exit::Fine);
  EXPECT_EQ(testing::read_file(path),
            "apiVersion: audit.k8s.io/v1\r\nkind: Policy\r\nrules:\r\n- level: Metadata\r\n");
}

TEST_F(PolicyCheck, GivesCodeHostsHelpAndFixes) {
  const Json log = Json::parse(check(kWrong, {"--output", "sarif"}).out);
  const Json& one = log.at("runs")[0];
  for (const Json& rule : one.at("tool").at("driver").at("rules")) {
    EXPECT_THAT(rule.at("helpUri").get<std::string>(), StartsWith("https://"));
    EXPECT_THAT(rule.at("help").at("text").get<std::string>(),
                StartsWith(rule.at("id").get<std::string>()));
  }
  const auto& results = one.at("results");
  const auto misspelt = std::ranges::find_if(
      results, [](const Json& result) { return result.at("ruleId") == "KA101"; });
  ASSERT_NE(misspelt, results.end());
  const Json& change = misspelt->at("fixes").at(0).at("artifactChanges").at(0);
  EXPECT_EQ(change.at("replacements").at(0),
            Json::parse(R"({"deletedRegion":{"startLine":5,"startColumn":3,"endColumn":7},)"
                        R"("insertedContent":{"text":"users"}})"));
}

TEST_F(PolicyCheck, FindsThePolicyInAnotherFile) {
  const std::string map = folder_.write(
      "map.yaml",
      "apiVersion: v1\nkind: ConfigMap\ndata:\n  policy.yaml: |\n    apiVersion: audit.k8s.io/v1\n"
      "    kind: Policy\n    rules:\n    - level: Metadata\n      verb: [get]\n");
  const CommandRun run = run_policy_command({"check", map});
  EXPECT_EQ(run.exit, Exit::Findings);
  EXPECT_THAT(run.out,
              StartsWith(map + ":5: a policy in data.policy.yaml\n" + map + ":9:7: error: `verb`"));
  EXPECT_THAT(run.out, HasSubstr("    9 |       verb: [get]\n      |       ^~~~\n"));
  EXPECT_EQ(run_policy_command({"coverage", map}).exit, Exit::Fine);
}

TEST_F(PolicyCheck, CoverageShowsEveryProbeWithTheRuleThatTakesIt) {
  const auto lines =
      lines_of(run_policy_command({"coverage", "--output", "json", file(kClean)}).out);
  ASSERT_EQ(lines.size(), policy::probes().size());
  for (const Json& line : lines) EXPECT_FALSE(line.at("why").get<std::string>().empty());
  const auto probe = [&](const char* name) {
    return *std::ranges::find_if(lines, [&](const Json& line) { return line["probe"] == name; });
  };
  EXPECT_EQ(probe("health-livez")["level"], "None");
  EXPECT_EQ(probe("health-livez")["rule"], 0);
  EXPECT_EQ(probe("health-livez")["verdict"], "ok");
  EXPECT_EQ(probe("login-failed-list")["user"], nullptr);
  EXPECT_EQ(probe("login-failed-list")["stages"], Json::array({"ResponseStarted"}));
  EXPECT_EQ(probe("exec-by-get")["line"], 17);

  const CommandRun text = run_policy_command({"coverage", file(kWrong)});
  EXPECT_EQ(text.exit, Exit::Fine);
  EXPECT_THAT(text.out, HasSubstr("missing  None             0:4     -       GET "));
  EXPECT_THAT(text.out, HasSubstr(" requests: "));
  EXPECT_EQ(run_policy_command({"coverage", file("rules: []\n")}).exit, Exit::Usage);
  EXPECT_EQ(run_policy_command({"coverage", folder_.path("none")}).exit, Exit::Usage);
}

}  // namespace
}  // namespace kaudit::cli
