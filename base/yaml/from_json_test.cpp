#include "base/yaml/from_json.hpp"

#include <cstdlib>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace kaudit::yaml {
namespace {

std::string written(const std::string& json) {
  const auto yaml = json_to_yaml(json);
  return yaml ? *yaml : "error: " + yaml.error().message;
}

TEST(JsonToYaml, WritesBlocksWithSortedKeys) {
  EXPECT_EQ(written(R"({"kind":"List","items":[{"b":1,"a":[]},["x",["z"]],{}],"apiVersion":"v1"})"),
            "apiVersion: v1\nitems:\n- a: []\n  b: 1\n- - x\n  - - z\n- {}\nkind: List\n");
  EXPECT_EQ(written("[]"), "[]\n");
  EXPECT_EQ(written("null"), "null\n");
}

TEST(JsonToYaml, OrdersNumbersInKeysByValue) {
  EXPECT_EQ(written(R"({"a10":1,"a9":2,"_":3})"), "_: 3\na9: 2\na10: 1\n");
}

TEST(JsonToYaml, QuotesWhatWouldBeReadAsSomethingElse) {
  EXPECT_EQ(
      written(R"(["yes","1","","a: b","it's","x #y","\tz","12:30","-"])"),
      "- \"yes\"\n- \"1\"\n- \"\"\n- 'a: b'\n- it's\n- 'x #y'\n- \"\\tz\"\n- \"12:30\"\n- '-'\n");
}

TEST(JsonToYaml, WritesLinesAsABlock) {
  EXPECT_EQ(written(R"({"a":"one\ntwo\n","b":"one\ntwo","c":" x\ny"})"),
            "a: |\n  one\n  two\nb: |-\n  one\n  two\nc: |2-\n   x\n  y\n");
}

TEST(JsonToYaml, NestsWithoutUsingUpTheStack) {
  const std::string deep = std::string(9'000, '[') + std::string(9'000, ']');
  EXPECT_EQ(written(deep).substr(0, 8), "- - - - ");
  EXPECT_NE(written("[").find("error"), std::string::npos);
}

/// What sigs.k8s.io/yaml v1.6.0 writes, one `{"in","out"}` a line.
TEST(JsonToYaml, WritesWhatKubernetesWrites) {
  const char* more = std::getenv("KAUDIT_YAML_VECTORS");
  std::ifstream file(more != nullptr ? more : KAUDIT_TESTDATA "/from-json.jsonl");
  ASSERT_TRUE(file);
  std::string line;
  int wrong = 0;
  while (std::getline(file, line)) {
    const auto vector = nlohmann::json::parse(line);
    if (!vector.contains("out")) continue;
    EXPECT_EQ(written(vector["in"]), vector["out"].get<std::string>()) << vector["in"];
    if (HasFailure() && ++wrong > 10) break;
  }
}

}  // namespace
}  // namespace kaudit::yaml
