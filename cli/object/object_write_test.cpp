// `kaudit object patch` and `kaudit object apply` from the outside.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing/command_run.hpp"

namespace kaudit::cli {
namespace {

using testing::CommandRun;
using ::testing::HasSubstr;
using testing::run_command;

class ObjectWrite : public ::testing::Test {
 protected:
  CommandRun object(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "object");
    return run_command(std::move(arguments));
  }
  testing::ScratchFolder folder_;
};

constexpr const char* kService =
    "kind: Service\napiVersion: v1\nmetadata: {name: s}\n"
    "spec:\n  ports:\n  - {port: 80, name: http}\n  - {port: 443}\n";

TEST_F(ObjectWrite, PatchesByTheKeysOfTheKind) {
  const std::string service = folder_.write("service", kService);
  const std::string patch =
      folder_.write("patch", R"({"spec":{"ports":[{"port":443,"name":"s"}]}})");
  const CommandRun run = object({"patch", service, patch});
  EXPECT_EQ(run.exit, Exit::Fine) << run.err;
  EXPECT_THAT(run.out, HasSubstr(R"({"name":"http","port":80,"targetPort":0},{"name":"s",)"));
}

TEST_F(ObjectWrite, SaysWhyAPatchIsRefusedAndWithWhichCode) {
  const std::string service = folder_.write("service", kService);
  const std::string patch = folder_.write("patch", R"([{"op":"remove","path":"/spec/none"}])");
  const CommandRun run = object({"patch", "--type", "json", service, patch});
  EXPECT_EQ(run.exit, Exit::Findings);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr("Unable to remove nonexistent key: none"));
  EXPECT_THAT(run.err, HasSubstr("422"));
}

TEST_F(ObjectWrite, AnswersRecordsOfPatches) {
  const std::string records = folder_.write(
      "records",
      R"({"type":"merge","original":{"a":1},"patch":"{\"a\":null,\"b\":2}","expected":"ignored"})"
      "\n"
      R"({"id":"x","type":"json","original":{},"patch":"{}"})"
      "\n");
  const CommandRun run = object({"patch", "--records", records});
  EXPECT_EQ(run.exit, Exit::Fine) << run.err;
  EXPECT_EQ(run.out,
            R"({"id":"n0","out":{"b":2}})"
            "\n"
            R"({"id":"x","error":"error decoding patch: json: cannot unmarshal object into Go )"
            R"(value of type []handlers.jsonPatchOp","code":400})"
            "\n");
}

TEST_F(ObjectWrite, AppliesOneObjectAfterTheOther) {
  const std::string one = folder_.write(
      "one", R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"data":{"k":"v"}})");
  const std::string two = folder_.write(
      "two", R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"data":{"k":"w"}})");
  const CommandRun refused =
      object({"apply", one, two, "--manager", "first", "--manager", "second"});
  EXPECT_EQ(refused.exit, Exit::Findings);
  EXPECT_THAT(refused.out, HasSubstr(R"("fieldsV1":{"f:data":{"f:k":{}}})"));
  EXPECT_THAT(refused.err,
              HasSubstr("Apply failed with 1 conflict: conflict with \"first\": .data.k"));
  const CommandRun forced =
      object({"apply", one, two, "--manager", "first", "--manager", "second", "--force"});
  EXPECT_EQ(forced.exit, Exit::Fine) << forced.err;
  EXPECT_THAT(forced.out, HasSubstr(R"("manager":"second")"));
}

TEST_F(ObjectWrite, AnswersRecordsOfApplies) {
  const std::string object_text =
      R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x"},"data":{"k":"v"}})";
  const std::string records = folder_.write(
      "records", R"({"id":"a","type":"v1/ConfigMap","steps":[{"op":"apply","manager":"m",)"
                 R"("time":"2024-01-01T00:00:00Z","object":)" +
                     object_text +
                     R"(},{"op":"apply","manager":"n","object":{}}]})"
                     "\n");
  const CommandRun run = object({"apply", "--records", records});
  EXPECT_EQ(run.exit, Exit::Fine) << run.err;
  EXPECT_THAT(run.out, HasSubstr(R"({"id":"a","steps":[{"result":"{\"kind\":\"ConfigMap\",)"));
  EXPECT_THAT(run.out, HasSubstr(R"(},{"error":"invalid object type: /, Kind="}]})"));
}

TEST_F(ObjectWrite, WantsToKnowWhoApplies) {
  const std::string one = folder_.write("one", "kind: ConfigMap\napiVersion: v1\n");
  const CommandRun run = object({"apply", one});
  EXPECT_EQ(run.exit, Exit::Usage);
  EXPECT_THAT(run.err, HasSubstr("--manager"));
}

}  // namespace
}  // namespace kaudit::cli
