// kaudit object convert from the outside: what it prints and how it ends.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text/base64.hpp"
#include "cli/testing/command_run.hpp"

namespace kaudit::cli {
namespace {

using testing::CommandRun;
using ::testing::HasSubstr;
using testing::run_command;

class ObjectConvert : public ::testing::Test {
 protected:
  CommandRun convert(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"object", "convert"});
    return run_command(std::move(arguments));
  }
  testing::ScratchFolder folder_;
};

TEST_F(ObjectConvert, TellsTheFormatsApart) {
  const std::string json = folder_.write("a", R"({"kind":"ConfigMap","apiVersion":"v1"})");
  const std::string yaml =
      folder_.write("b", "kind: ConfigMap\napiVersion: v1\ndata: {b: x, a: z}\n");
  const std::string etcd = folder_.write(
      "c", *base64_decode("azhzAAoPCgJ2MRIJQ29uZmlnTWFwEhEKBwoFcHJvdG8SBgoBYRIBYg=="));
  const CommandRun run = convert({json, yaml, etcd});
  EXPECT_EQ(run.out,
            R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{}})"
            "\n"
            R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{},"data":{"a":"z","b":"x"}})"
            "\n"
            R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"proto"},"data":{"a":"b"}})"
            "\n");
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(run.exit, Exit::Fine);
}

TEST_F(ObjectConvert, WarnsOfUnknownMembersOrRefusesThem) {
  const std::string file = folder_.write("a", R"({"spec":{"x":1,"hostname":"h"}})");
  const CommandRun warned = convert({"--kind", "v1/Pod", file});
  EXPECT_EQ(warned.exit, Exit::Fine);
  EXPECT_THAT(warned.out, HasSubstr(R"("spec":{"containers":null,"hostname":"h"})"));
  EXPECT_EQ(warned.err, file + ": warning: unknown field \"spec.x\"\n");
  const CommandRun refused = convert({"--kind", "v1/Pod", "--strict", file});
  EXPECT_EQ(refused.exit, Exit::Findings);
  EXPECT_EQ(refused.out, "");
  EXPECT_EQ(refused.err, file + ": unknown field \"spec.x\"\n");
}

TEST_F(ObjectConvert, FillsInDefaultsWhenAsked) {
  const std::string file =
      folder_.write("a", R"({"kind":"Secret","apiVersion":"v1","stringData":{"a":"b"}})");
  EXPECT_THAT(convert({file}).out, HasSubstr(R"("stringData":{"a":"b"})"));
  EXPECT_THAT(convert({"--defaults", file}).out,
              HasSubstr(R"("data":{"a":"Yg=="},"type":"Opaque")"));
}

TEST_F(ObjectConvert, AnswersRecordsLineByLine) {
  const std::string records = folder_.write(
      "records",
      R"({"id":"x","in":"{\"data\":{\"a\":\"1\"},\"datum\":1}","default":"v1/ConfigMap","out":"ignored"})"
      "\n"
      R"({"type":"quantity","in":"\"0.5\""})"
      "\n"
      R"({"in":"kind: Pod","format":"yaml"})"
      "\n"
      R"({"id":7,"pb":"eHh4"})"
      "\nnonsense\n");
  const CommandRun run = convert({"--records", records});
  EXPECT_EQ(
      run.out,
      R"({"id":"x","out":"{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{},\"data\":{\"a\":\"1\"}}","strict":["unknown field \"datum\""]})"
      "\n"
      R"({"id":"n1","out":"\"500m\""})"
      "\n"
      R"({"id":"n2","error":"Object 'apiVersion' is missing in 'kind: Pod'"})"
      "\n"
      R"({"id":7,"error":"provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]"})"
      "\n"
      R"x({"id":"n4","error":"invalid character 'o' in literal null (expecting 'u')"})x"
      "\n");
  EXPECT_EQ(run.exit, Exit::Fine);
}

TEST_F(ObjectConvert, WritesYamlWhenAsked) {
  const std::string file =
      folder_.write("cm.json", R"({"kind":"ConfigMap","apiVersion":"v1","data":{"a":"1"}})");
  EXPECT_EQ(convert({"--to", "yaml", file}).out,
            "apiVersion: v1\ndata:\n  a: \"1\"\nkind: ConfigMap\nmetadata: {}\n");
  EXPECT_EQ(convert({"--to", "yaml", file, file}).out.find("---\n"), 59U);
}

TEST_F(ObjectConvert, EndsWithAReasonWhenItCannotRead) {
  EXPECT_EQ(convert({folder_.path("nope")}).exit, Exit::Usage);
  EXPECT_EQ(convert({"--records", folder_.path("nope")}).exit, Exit::Usage);
  EXPECT_EQ(convert({"--kind", "Pod"}).exit, Exit::Usage);
}

}  // namespace
}  // namespace kaudit::cli
