#include "apiserver/objects/patch/merge_patch.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kaudit::apiserver::objects::patch {
namespace {

std::string merged(std::string_view target, std::string_view patch) {
  return MergePatch::parse(patch)->apply(*Json::parse(target)).dump();
}

TEST(MergePatch, OrdersWhatItGoesInto) {
  EXPECT_EQ(merged(R"({"b":1,"a":{"z":1,"y":2}})", R"({"c":3,"b":4})"),
            R"({"a":{"z":1,"y":2},"b":4,"c":3})");
}

TEST(MergePatch, DropsNullsOfObjectsThatItBrings) {
  EXPECT_EQ(merged(R"({})", R"({"a":{"b":null,"c":[null,{"d":null}]}})"),
            R"({"a":{"c":[null,{}]}})");
  EXPECT_EQ(merged(R"({"a":{}})", R"({"a":[null,{"d":null}]})"), R"({"a":[null,{"d":null}]})");
}

TEST(MergePatch, RefusesAllButObjects) {
  EXPECT_EQ(MergePatch::parse("null").error().message, "Invalid JSON Patch");
  EXPECT_EQ(MergePatch::parse("[]").error().message,
            "error decoding patch: json: cannot unmarshal array into Go value of type "
            "map[string]interface {}");
  EXPECT_EQ(MergePatch::parse("{").error().code(), 400);
}

TEST(MergePatch, NeedsNoStackForDepth) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "{\"a\":";
  text += "{}" + std::string(5000, '}');
  EXPECT_EQ(merged(text, text), text);
}

}  // namespace
}  // namespace kaudit::apiserver::objects::patch
