#include "apiserver/objects/merge_patch.hpp"

#include <cstdlib>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace kaudit::apiserver::objects {
namespace {

std::string merged(std::string_view target, std::string_view patch) {
  Json value = *Json::parse(target);
  merge_patch(value, *Json::parse(patch));
  return value.dump();
}

TEST(MergePatch, KeepsPlacesAndAppendsWhatIsNew) {
  EXPECT_EQ(merged(R"({"b":1,"a":2})", R"({"c":3,"b":4})"), R"({"b":4,"a":2,"c":3})");
}

TEST(MergePatch, DropsNullsOfObjectsThatItBrings) {
  EXPECT_EQ(merged(R"({})", R"({"a":{"b":null,"c":[null,{"d":null}]}})"),
            R"({"a":{"c":[null,{}]}})");
  EXPECT_EQ(merged(R"({"a":{}})", R"({"a":[null,{"d":null}]})"), R"({"a":[null,{"d":null}]})");
}

TEST(MergePatch, NeedsNoStackForDepth) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "{\"a\":";
  text += "{}" + std::string(5000, '}');
  EXPECT_EQ(merged(text, text), text);
}

void expect_cases_of(const std::string& path) {
  std::ifstream in(path);
  ASSERT_TRUE(in) << path;
  int compared = 0;
  for (std::string line; std::getline(in, line);) {
    const auto vector = nlohmann::json::parse(line);
    if (vector["type"] != "merge" || !vector.contains("expected")) continue;
    const std::string patch = vector["patch"];
    const std::string result = merged(vector["original"].dump(), patch);
    EXPECT_EQ(nlohmann::json::parse(result), vector["expected"]) << patch;
    ++compared;
  }
  EXPECT_GT(compared, 20) << path;
}

TEST(MergePatch, AgreesWithTheRealLibrary) {
  expect_cases_of(KAUDIT_TESTDATA "/merge_patch.jsonl");
  if (const char* vectors = std::getenv("KAUDIT_VECTORS")) {
    expect_cases_of(std::string(vectors) + "/patch/cases.jsonl");
  }
}

}  // namespace
}  // namespace kaudit::apiserver::objects
