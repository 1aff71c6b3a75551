// The contracts of `kaudit policy eval` and `check --load-only`: lines on stdout, exit codes, ids
// as they came.
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/policy/input/policy_request.hpp"
#include "cli/policy/policy_check.hpp"
#include "cli/policy/policy_eval.hpp"

namespace kaudit::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kPolicy =
    "apiVersion: audit.k8s.io/v1\n"
    "kind: Policy\n"
    "omitStages: [RequestReceived]\n"
    "rules:\n"
    "- level: RequestResponse\n"
    "  verbs: [create]\n"
    "  omitStages: [ResponseStarted, Panic]\n"
    "  omitManagedFields: true\n"
    "- level: Metadata\n"
    "  users: [alice]\n";

struct Outcome {
  Exit exit;
  std::string out;
  std::string err;
};

template <typename Command>
Outcome run(Command command) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const Exit exit = command();
  std::fflush(stdout);
  std::string out = ::testing::internal::GetCapturedStdout();
  return {exit, std::move(out), ::testing::internal::GetCapturedStderr()};
}

class PolicyCommands : public ::testing::Test {
 protected:
  PolicyCommands()
      : folder_(std::filesystem::temp_directory_path() /
                ("kaudit-cli-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~PolicyCommands() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  Outcome eval(const std::string& policy, const std::string& requests) const {
    return run([&] {
      return policy_eval({write("policy.yaml", policy), write("requests.jsonl", requests)});
    });
  }
  Outcome check(const std::string& policy, OutputFormat output) const {
    return run([&] {
      return policy_check({{write("policy.yaml", policy)}, LoadOnly::Yes, output});
    });
  }

  std::filesystem::path folder_;
};

TEST_F(PolicyCommands, EvalPrintsOneLineForEachRequest) {
  const Outcome outcome =
      eval(kPolicy,
           "{\"id\":1,\"user\":null,\"verb\":\"create\",\"resourceRequest\":true}\n"
           "\n"
           "{\"id\":2,\"user\":{\"name\":\"alice\",\"groups\":[]},\"verb\":\"get\"}\n"
           "{\"id\":3,\"user\":{\"name\":\"bob\"}}\n");
  EXPECT_EQ(outcome.exit, Exit::Fine);
  EXPECT_EQ(outcome.out,
            "{\"id\":1,\"rule\":0,\"level\":\"RequestResponse\",\"omitStages\":[\"Panic\","
            "\"RequestReceived\","
            "\"ResponseStarted\"],\"omitManagedFields\":true}\n"
            "{\"id\":2,\"rule\":1,\"level\":\"Metadata\",\"omitStages\":[\"RequestReceived\"],"
            "\"omitManagedFields\":false}\n"
            "{\"id\":3,\"rule\":-1,\"level\":\"None\",\"omitStages\":[\"RequestReceived\"],"
            "\"omitManagedFields\":false}\n");
}

TEST_F(PolicyCommands, EvalSaysWhichLineIsMalformedAndGoesOn) {
  const Outcome outcome = eval(kPolicy,
                               "{\"id\":1,\n"
                               "{\"id\":2,\"verb\":5}\n"
                               "{\"id\":3,\"user\":{\"name\":\"a\",\"groups\":\"g\"}}\n"
                               "[]\n"
                               "{\"id\":5}");
  EXPECT_EQ(outcome.exit, Exit::Findings);
  EXPECT_EQ(outcome.err,
            "line 1: unexpected end of JSON input\n"
            "line 2: verb: expected a string, found number\n"
            "line 3: user.groups: expected a list of strings, found string\n"
            "line 4: expected an object, found array\n");
  EXPECT_THAT(outcome.out, StartsWith("{\"id\":5,"));
}

TEST_F(PolicyCommands, EvalRefusesWhatDoesNotLoadAndWhatCannotBeRead) {
  const Outcome refused = eval("kind: x\n", "{}\n");
  EXPECT_EQ(refused.exit, Exit::Usage);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err, HasSubstr("no kind \"x\" is registered"));
  const std::string policy = write("policy.yaml", kPolicy);
  EXPECT_EQ(run([&] { return policy_eval({policy, folder_ / "none.jsonl"}); }).exit, Exit::Usage);
  EXPECT_EQ(run([&] { return policy_eval({folder_ / "none.yaml", "-"}); }).exit, Exit::Usage);
}

TEST(PolicyRequests, KeepTheirIdAsItStands) {
  for (const std::string id : {"12345678901234567890.50", "\"\\ud800 \\u0041,}\"", "null", "-1E+2",
                               "{\"a\": [1, \"]\"]}", "[]"}) {
    for (const std::string& line :
         {"{\"verb\":\"get\",  \"id\" :  " + id + " }", "{\"id\":" + id + ",\"verb\":\"get\"}"}) {
      const auto request = PolicyRequest::parse(line);
      ASSERT_TRUE(request) << line;
      EXPECT_EQ(request->id(), id);
    }
  }
  EXPECT_EQ(PolicyRequest::parse("{}")->id(), "null");
}

TEST(PolicyRequests, TellAUserWithoutNameFromNone) {
  const auto nameless = PolicyRequest::parse(R"({"user":{}})");
  ASSERT_TRUE(nameless);
  ASSERT_NE(nameless->attributes().user, nullptr);
  EXPECT_EQ(nameless->attributes().user->username, "");
  const auto nobody = PolicyRequest::parse(R"({"user":null})");
  ASSERT_TRUE(nobody);
  EXPECT_EQ(nobody->attributes().user, nullptr);
  EXPECT_EQ(nobody->attributes().verb, "");
  const auto somebody = PolicyRequest::parse(R"({"resource":"pods"})");
  ASSERT_TRUE(somebody);
  EXPECT_TRUE(somebody->attributes().resource_request);
  ASSERT_NE(somebody->attributes().user, nullptr);
  EXPECT_EQ(somebody->attributes().user->groups, std::vector<std::string>{"system:authenticated"});
}

TEST_F(PolicyCommands, CheckPrintsOneJsonLineForEachFile) {
  const Outcome ok = check(kPolicy, OutputFormat::Json);
  EXPECT_EQ(ok.exit, Exit::Fine);
  EXPECT_EQ(ok.out, "{\"file\":\"" + (folder_ / "policy.yaml").string() +
                        "\",\"verdict\":\"ok\",\"errors\":[],\"warnings\":[]}\n");

  const Outcome warned = check(std::string(kPolicy) + "  verb: [get]\n", OutputFormat::Json);
  EXPECT_EQ(warned.exit, Exit::Fine);
  EXPECT_THAT(
      warned.out,
      HasSubstr("\"verdict\":\"warn\",\"errors\":[],\"warnings\":[{\"path\":\"rules[1].verb\","
                "\"line\":11,\"column\":3,\"message\":\"unknown field \\\"rules[1].verb\\\"\"}]"));

  const Outcome refused = check(std::string(kPolicy) + "- users: [a]\n", OutputFormat::Json);
  EXPECT_EQ(refused.exit, Exit::Findings);
  EXPECT_THAT(
      refused.out,
      HasSubstr("\"verdict\":\"refuse\",\"errors\":[{\"path\":\"rules[2].level\",\"line\":11,"
                "\"column\":3,\"message\":\"Required value\"}]"));

  const Outcome malformed = check("a: [b\n", OutputFormat::Json);
  EXPECT_EQ(malformed.exit, Exit::Findings);
  EXPECT_THAT(malformed.out, HasSubstr("\"errors\":[{\"path\":\"\","));
}

TEST_F(PolicyCommands, CheckTellsPeopleThePlaceOfEachProblem) {
  const std::string file = folder_ / "policy.yaml";
  EXPECT_EQ(check(kPolicy, OutputFormat::Text).out, file + ": loads, 2 rules\n");
  EXPECT_EQ(check(std::string(kPolicy) + "- users: [a]\n  verb: [b]\n", OutputFormat::Text).out,
            file + ":11:3: error: rules[2].level: Required value\n" + file +
                ":12:3: warning: unknown field \"rules[2].verb\"\n" + file +
                ": refused: a server would not start with it\n");
}

TEST_F(PolicyCommands, CheckGoesOnAfterAFileItCannotRead) {
  const std::string good = write("good.yaml", kPolicy);
  const Outcome outcome = run([&] {
    return policy_check({{folder_ / "none.yaml", good}, LoadOnly::Yes, OutputFormat::Text});
  });
  EXPECT_EQ(outcome.exit, Exit::Usage);
  EXPECT_THAT(outcome.err, HasSubstr("none.yaml: No such file or directory"));
  EXPECT_EQ(outcome.out, good + ": loads, 2 rules\n");
}

}  // namespace
}  // namespace kaudit::cli
