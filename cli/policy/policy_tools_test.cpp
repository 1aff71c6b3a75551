// explain, test, diff and simulate from the outside: what they print and how they end.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/testing/command_run.hpp"

namespace kaudit::cli {
namespace {

using nlohmann::json;
using testing::CommandRun;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::run_policy_command;

constexpr const char* kToolsPolicy =
    "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n"
    "- {level: None, verbs: [watch]}\n"
    "- {level: Metadata, resources: [{group: \"\", resources: [secrets]}]}\n"
    "- {level: RequestResponse, verbs: [create]}\n";
constexpr const char* kOther =
    "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- {level: Metadata}\n";

std::string line(const std::string& id, const std::string& verb, const std::string& resource,
                 const std::string& second) {
  return R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":")" + id +
         R"(","stage":"ResponseComplete","requestURI":"/api/v1/)" + resource + R"(","verb":")" +
         verb + R"(","user":{"username":"alice"},"objectRef":{"resource":")" + resource +
         R"(","apiVersion":"v1"},"requestReceivedTimestamp":"2026-01-02T03:)" + second +
         R"(.000000Z","stageTimestamp":"2026-01-02T03:04:05.000000Z"})" + "\n";
}

class PolicyTools : public ::testing::Test {
 protected:
  testing::ScratchFolder folder_;
  std::string policy_ = folder_.write("policy.yaml", kToolsPolicy);
  std::string other_ = folder_.write("other.yaml", kOther);
  // Two requests in ten minutes that the policy records, one that it does not.
  std::string log_ = folder_.write("audit.log", line("1", "get", "secrets", "04:05") +
                                                    line("2", "create", "pods", "10:05") +
                                                    line("3", "watch", "pods", "14:05"));
};

TEST_F(PolicyTools, ExplainShowsRulesDecisionAndEvents) {
  const CommandRun run = run_policy_command(
      {"explain", policy_, "GET", "/api/v1/namespaces/x/secrets/s", "--as", "bob"});
  EXPECT_EQ(run.exit, Exit::Fine) << run.err;
  EXPECT_THAT(run.out, HasSubstr("by        bob (system:authenticated)"));
  EXPECT_THAT(run.out, HasSubstr("no: verbs [watch] does not name \"get\""));
  EXPECT_THAT(run.out, HasSubstr("decision  Metadata: rule 1 (" + policy_ + ":6)"));
  EXPECT_THAT(run.out, HasSubstr("RequestReceived   omitted by omitStages"));
}

TEST_F(PolicyTools, ExplainTakesTheRequestInEveryForm) {
  const json expected =
      json::parse(run_policy_command({"explain", "--policy", policy_, "--output", "json", "GET",
                                      "/api/v1/pods", "--as", "bob", "--group", "ops"})
                      .out);
  EXPECT_EQ(expected["decision"]["rule"], -1);
  const json quoted = json::parse(run_policy_command({"explain", policy_, "--output", "json",
                                                      "GET /api/v1/pods --as bob --group ops"})
                                      .out);
  EXPECT_EQ(quoted, expected);
  const json attributes = json::parse(
      run_policy_command({"explain", policy_, "--output", "json", expected["request"].dump()}).out);
  EXPECT_EQ(attributes, expected);
}

TEST_F(PolicyTools, ExplainSaysWhatItCannotRead) {
  EXPECT_EQ(run_policy_command({"explain", policy_}).exit, Exit::Usage);
  const CommandRun wrong = run_policy_command({"explain", policy_, "GET", "nowhere"});
  EXPECT_EQ(wrong.exit, Exit::Usage);
  EXPECT_THAT(wrong.err, HasSubstr("METHOD PATH"));
  const std::string broken = folder_.write("broken.yaml", "kind: x\n");
  EXPECT_EQ(run_policy_command({"explain", broken, "/x"}).exit, Exit::Usage);
  EXPECT_EQ(run_policy_command({"explain", folder_.path("none"), "/x"}).exit, Exit::Usage);
}

TEST_F(PolicyTools, TestRunsThemAllAndTellsWhichRuleWasToBlame) {
  const std::string tests = folder_.write(
      "tests.yaml",
      "tests:\n- {name: good, request: GET /api/v1/secrets, expect: Metadata}\n"
      "- {name: \"a <bad> one\", request: POST /api/v1/pods, expect: {atMost: Metadata}}\n");
  const std::string xml = folder_.path("junit.xml");
  const CommandRun run = run_policy_command({"test", policy_, tests, "--junit", xml});
  EXPECT_EQ(run.exit, Exit::Findings);
  EXPECT_THAT(run.out, HasSubstr("ok    good\n"));
  EXPECT_THAT(run.out, HasSubstr("FAIL  a <bad> one  (" + tests + ":3)"));
  EXPECT_THAT(run.out, HasSubstr("got RequestResponse: rule 2 (" + policy_ + ":7)"));
  EXPECT_THAT(run.out, HasSubstr("1 passed, 1 failed\n"));
  EXPECT_THAT(testing::read_file(xml), HasSubstr("tests=\"2\" failures=\"1\""));
  EXPECT_THAT(testing::read_file(xml), HasSubstr("name=\"a &lt;bad&gt; one\""));
  const CommandRun passed = run_policy_command(
      {"test", other_, folder_.write("fine.yaml", "[{request: /x, expect: Metadata}]"), "--output",
       "json"});
  EXPECT_EQ(passed.exit, Exit::Fine);
  EXPECT_EQ(json::parse(passed.out)["passed"], true);
  EXPECT_EQ(run_policy_command({"test", other_, folder_.write("no.yaml", "[]")}).exit, Exit::Usage);
}

// A policy that never records how a request ended (kubernetes/kubernetes #106760).
TEST_F(PolicyTools, JudgeWhatIsRecordedAndNotTheLevelAlone) {
  const std::string early = folder_.write(
      "early.yaml",
      "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [ResponseComplete]\nrules:\n- level: "
      "RequestResponse\n");
  const std::string tests = folder_.write(
      "bodies.yaml",
      "- {request: POST /api/v1/namespaces/x/secrets --as alice, expect: {atLeast: Request}}\n"
      "- {request: POST /api/v1/namespaces/x/secrets --as alice, expect: {atMost: Metadata}}\n");
  const CommandRun run = run_policy_command({"test", early, tests});
  EXPECT_EQ(run.exit, Exit::Findings);
  EXPECT_THAT(run.out, HasSubstr("got Metadata (level RequestResponse, but the event that holds "
                                 "bodies is omitted)"));
  EXPECT_THAT(run.out, HasSubstr("1 passed, 1 failed"));
  const std::string check = run_policy_command({"check", early}).out;
  EXPECT_THAT(check, HasSubstr("[KA312 outcome-omitted]"));
  for (const char* code : {"KA401", "KA402", "KA403", "KA404", "KA411", "KA412"}) {
    EXPECT_THAT(check, Not(HasSubstr(code)));
  }
  const std::string coverage = run_policy_command({"coverage", early}).out;
  EXPECT_THAT(coverage, HasSubstr("outcome  Metadata         0:5     R       POST "
                                  "/api/v1/namespaces/default/secrets by alice"));
  EXPECT_THAT(coverage, Not(HasSubstr("\nbody ")));
  const std::string log = run_policy_command({"simulate", early, "--log", log_}).out;
  EXPECT_THAT(log, Not(HasSubstr("wants bodies"))) << "none would be written";
}

TEST_F(PolicyTools, DiffSeesNoDifferenceInEventsThatAreNotMade) {
  const auto policy = [&](const char* name, const char* level) {
    return folder_.write(name, std::string("apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: "
                                           "[RequestReceived, ResponseStarted, ResponseComplete, "
                                           "Panic]\nrules: [{level: ") +
                                   level + "}]\n");
  };
  EXPECT_EQ(
      run_policy_command({"diff", policy("a.yaml", "None"), policy("b.yaml", "Request")}).exit,
      Exit::Fine);
}

TEST_F(PolicyTools, DiffOfOnePolicyWithItselfIsNothing) {
  const CommandRun probes = run_policy_command({"diff", policy_, policy_});
  EXPECT_EQ(probes.exit, Exit::Fine);
  EXPECT_THAT(probes.out, HasSubstr("0 of "));
  EXPECT_EQ(run_policy_command({"diff", policy_, policy_, "--log", log_}).exit, Exit::Fine);
}

TEST_F(PolicyTools, DiffShowsWhatChangesAndHowMuch) {
  const CommandRun probes = run_policy_command({"diff", policy_, other_});
  EXPECT_EQ(probes.exit, Exit::Findings);
  EXPECT_THAT(probes.out, HasSubstr("None, rule 0"));
  const CommandRun log =
      run_policy_command({"diff", policy_, other_, "--log", log_, "--output", "json"});
  EXPECT_EQ(log.exit, Exit::Findings);
  const json total = json::parse(log.out.substr(0, log.out.find('\n')));
  EXPECT_EQ(total["requests"], 3);
  EXPECT_EQ(total["different"], 3);            // the secret too: B has its RequestReceived
  EXPECT_EQ(total["a"]["events"], 2);          // ResponseComplete of the get and of the create
  EXPECT_EQ(total["b"]["events"], 2 + 2 + 3);  // all stages, three of the watch
}

TEST_F(PolicyTools, SimulateCountsRulesAndWhatIsLost) {
  const CommandRun run = run_policy_command({"simulate", policy_, "--log", log_});
  EXPECT_EQ(run.exit, Exit::Fine) << run.err;
  EXPECT_THAT(run.out, HasSubstr("3 requests, 3 events"));
  EXPECT_THAT(run.out, HasSubstr("no longer recorded: 1 of 3 requests"));
  EXPECT_THAT(run.out, HasSubstr("1  rule 0  watch pods of the core group, by alice"));
  EXPECT_THAT(run.out, HasSubstr("of 1 request the policy wants bodies"));
  const json report =
      json::parse(run_policy_command({"simulate", policy_, "--log", log_, "--output", "json"}).out);
  EXPECT_EQ(report["rules"][2]["rule"], 1);
  EXPECT_EQ(report["rules"][2]["requests"], 1);
  EXPECT_EQ(report["total"]["events"], 2);
  EXPECT_NEAR(report["log"]["days"].get<double>(), 600.0 / 86'400, 1e-9);
}

TEST_F(PolicyTools, SimulateReadsOnPastLinesThatAreNoEvents) {
  const std::string mixed =
      folder_.write("mixed.log", "nonsense\n" + line("1", "get", "pods", "04:05"));
  const CommandRun run = run_policy_command({"simulate", other_, "--log", mixed, "--log", log_});
  EXPECT_EQ(run.exit, Exit::Findings);
  EXPECT_THAT(run.err, HasSubstr(mixed + ":1: no event: "));
  EXPECT_THAT(run.out, HasSubstr("4 requests"));
  EXPECT_THAT(run.out, Not(HasSubstr("rules that no request")));
  EXPECT_EQ(run_policy_command({"simulate", other_, "--log", folder_.path("none")}).exit,
            Exit::Usage);
}

TEST_F(PolicyTools, AJsonRequestMeansTheSameInEveryCommand) {
  const std::string request = R"({"verb":"get","resource":"secrets","namespace":"x","name":"s"})";
  const json explained =
      json::parse(run_policy_command({"explain", policy_, "--output", "json", request}).out);
  EXPECT_EQ(explained["request"]["resourceRequest"], true);
  EXPECT_EQ(explained["request"]["user"]["groups"], json::array({"system:authenticated"}));
  EXPECT_EQ(explained["decision"]["rule"], 1);
  const std::string lines = folder_.write("requests", request + "\n");
  EXPECT_EQ(json::parse(
                run_policy_command({"eval", "--policy", policy_, "--requests", lines}).out)["rule"],
            1);
  const std::string tests =
      folder_.write("t.yaml", "[{request: " + request + ", expect: {rule: 1}}]");
  EXPECT_EQ(run_policy_command({"test", policy_, tests}).exit, Exit::Fine);
}

TEST_F(PolicyTools, ExplainTakesTheLinesOfOtherProgramsWithTheirOptions) {
  const CommandRun run = run_policy_command({"explain", policy_, "--output", "json", "kubectl",
                                             "exec", "-it", "web", "-n", "x", "--", "sh"});
  ASSERT_EQ(run.exit, Exit::Fine) << run.err;
  EXPECT_EQ(json::parse(run.out)["request"]["subresource"], "exec");
  const CommandRun curl = run_policy_command(
      {"explain", policy_, "curl", "-X", "POST", "https://h:6443/api/v1/namespaces/x/pods"});
  EXPECT_THAT(curl.out, HasSubstr("create pods"));
}

TEST_F(PolicyTools, ExplainAndTestDoubtNamesThatDoNotExist) {
  EXPECT_THAT(run_policy_command({"explain", policy_, "GET", "/api/v1/pod"}).out,
              HasSubstr("doubt     the core group has no resource \"pod\""));
  const std::string tests = folder_.write("t.yaml", "[{request: GET /api/v1/pod, expect: None}]");
  EXPECT_THAT(run_policy_command({"test", policy_, tests}).err,
              HasSubstr("t.yaml:1: GET /api/v1/pod: the core group has no resource"));
  EXPECT_EQ(run_policy_command(
                {"test", policy_, folder_.write("w.yaml", "[{request: PSOT /x, expect: None}]")})
                .exit,
            Exit::Usage);
}

TEST_F(PolicyTools, DiffFailsOnlyWhereLessIsRecordedWhenAsked) {
  const std::string more = folder_.write(
      "more.yaml", std::string(kOther) + "");  // Metadata of all: no bodies of created pods
  const std::string all = folder_.write(
      "all.yaml",
      "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- {level: RequestResponse}\n");
  const auto diff = [&](const std::string& a, const std::string& b) {
    return run_policy_command({"diff", a, b, "--fail-on", "less"}).exit;
  };
  EXPECT_EQ(diff(more, all), Exit::Fine) << "only more is recorded";
  EXPECT_EQ(diff(all, more), Exit::Findings) << "bodies are gone";
  EXPECT_EQ(run_policy_command({"diff", more, all}).exit, Exit::Findings);
  EXPECT_EQ(run_policy_command({"diff", policy_, all, "--log", log_, "--fail-on", "less"}).exit,
            Exit::Fine);
  EXPECT_EQ(run_policy_command({"diff", all, policy_, "--log", log_, "--fail-on", "less"}).exit,
            Exit::Findings);
}

TEST_F(PolicyTools, AnInputThatDoesNotLoadIsNotAFinding) {
  const std::string broken = folder_.write("broken.yaml", "kind: x\n");
  const std::string nonsense = folder_.write("nonsense.log", "nonsense\n");
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"coverage", broken},
                                             {"explain", broken, "/x"},
                                             {"test", broken, broken},
                                             {"diff", broken, policy_},
                                             {"diff", policy_, broken},
                                             {"diff", policy_, policy_, "--log", nonsense},
                                             {"simulate", broken, "--log", log_},
                                             {"simulate", policy_, "--log", nonsense}}) {
    EXPECT_EQ(run_policy_command(command).exit, Exit::Usage) << command.front();
  }
  EXPECT_EQ(run_policy_command({"check", broken}).exit, Exit::Findings);
}

TEST_F(PolicyTools, SendNothingOfALogToTheTerminal) {
  const std::string evil = R"(\u001b[2J\r\u0007\u009b31m\u202e\nx)";
  const std::string log = folder_.write(
      "evil.log",
      R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"1","stage":"ResponseComplete","requestURI":"/a%1b%0ax)" +
          evil + R"(","verb":"get)" + evil + R"(","user":{"username":"eve)" + evil +
          R"("},"requestReceivedTimestamp":"2026-01-02T03:04:05.000000Z","stageTimestamp":"2026-01-02T03:04:05.000000Z"})" +
          "\n");
  const std::string none = folder_.write(
      "none.yaml", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- {level: None}\n");
  const std::vector<std::vector<std::string>> commands{
      {"policy", "simulate", none, "--log", log},
      {"policy", "diff", other_, none, "--log", log},
      {"events", "explain", log, "--policy", other_},
      {"policy", "explain", other_, "GET", "/a%1b%0a%0d%07%c2%9b%e2%80%aeb", "--as",
       "\x1b[2Jeve\n"},
      {"policy", "explain", other_, "GET\x1b[2J\xe2\x80\xae", "/x"},
      {"events", "\x1b[2J"},
      {"policy", "test", other_,
       folder_.write("t.yaml", "[{name: \"a\\e\\r\\nx\", request: \"GET /%1b\", expect: None}]")}};
  for (auto command : commands) {
    for (const bool as_json : {false, true}) {
      if (as_json) {
        if (command.size() < 4) continue;
        command.insert(command.begin() + 3, {"--output", "json"});
      }
      const CommandRun run = testing::run_command(command);
      const std::string all = run.out + run.err;
      EXPECT_FALSE(all.empty());
      for (const char* bad : {"\x1b", "\r", "\x07", "\xc2\x9b", "\xe2\x80\xae", "\nx"}) {
        EXPECT_THAT(all, Not(HasSubstr(bad))) << command[1] << (as_json ? " as JSON" : "");
      }
    }
  }
}

}  // namespace
}  // namespace kaudit::cli
