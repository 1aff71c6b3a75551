#include "apiserver/objects/patch/json_patch.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kaudit::apiserver::objects::patch {
namespace {

std::string patched(std::string_view document, std::string_view patch) {
  const auto parsed = JsonPatch::parse(patch);
  if (!parsed) return std::to_string(parsed.error().code()) + ": " + parsed.error().message;
  const auto result = parsed->apply(*Json::parse(document));
  return result ? result->dump()
                : std::to_string(result.error().code()) + ": " + result.error().message;
}

TEST(JsonPatch, ReplacesWhatIsNotThereAsTheLibraryDoes) {
  EXPECT_EQ(patched(R"({"a":1})", R"([{"op":"replace","path":"/b","value":2}])"),
            R"({"a":1,"b":2})");
}

TEST(JsonPatch, CountsNegativeIndicesFromTheEnd) {
  EXPECT_EQ(patched(R"({"l":[1,2,3]})", R"([{"op":"remove","path":"/l/-1"}])"), R"({"l":[1,2]})");
  EXPECT_EQ(patched(R"({"l":[1,2]})", R"([{"op":"add","path":"/l/-1","value":3}])"),
            R"({"l":[1,2,3]})");
  EXPECT_EQ(patched(R"({"l":[1]})", R"([{"op":"add","path":"/l/3","value":3}])"),
            "422: error in add for path: '/l/3': Unable to access invalid index: 3: invalid index "
            "referenced");
}

TEST(JsonPatch, TakesAValueThatIsLeftOutForNull) {
  EXPECT_EQ(patched(R"({})", R"([{"op":"add","path":"/a"},{"op":"test","path":"/a"}])"),
            R"({"a":null})");
}

TEST(JsonPatch, IgnoresWhatStandsBeforeTheFirstSlash) {
  EXPECT_EQ(patched(R"({"a":1})", R"([{"op":"remove","path":"x/a"}])"), R"({})");
}

TEST(JsonPatch, UnescapesTokens) {
  EXPECT_EQ(patched(R"({"a/b":1,"~1":2})",
                    R"([{"op":"remove","path":"/a~1b"},{"op":"remove","path":"/~01"}])"),
            R"({})");
}

TEST(JsonPatch, ComparesMembersInAnyOrderAndNumbersByTheirText) {
  const std::string_view document = R"({"a":{"x":1,"y":[2]}})";
  EXPECT_EQ(patched(document, R"([{"op":"test","path":"/a","value":{"y":[2],"x":1}}])"), document);
  EXPECT_EQ(patched(document, R"([{"op":"test","path":"/a/x","value":1.0}])"),
            "422: testing value /a/x failed: test failed");
}

TEST(JsonPatch, RefusesMoreThanTenThousandOperations) {
  std::string patch = "[";
  for (int i = 0; i <= 10'000; ++i) patch += R"({"op":"test","path":""},)";
  patch.back() = ']';
  EXPECT_EQ(patched("{}", patch),
            "413: The allowed maximum operations in a JSON patch is 10000, got 10001");
}

TEST(JsonPatch, BoundsWhatCopiesMayAdd) {
  const std::string document = R"({"a":")" + std::string(1'000'000, 'x') + R"(","l":[]})";
  std::string patch = "[";
  for (int i = 0; i < 4; ++i) patch += R"({"op":"copy","from":"/a","path":"/l/-"},)";
  patch.back() = ']';
  EXPECT_EQ(patched(document, patch),
            "422: Unable to complete the copy, the accumulated size increase of copy is 4000008, "
            "exceeding the limit 3145728");
}

TEST(JsonPatch, ComplainsOfUnknownMembers) {
  const auto patch = JsonPatch::parse(R"([{"op":"add","path":"/a","valeu":1}])");
  ASSERT_TRUE(patch);
  EXPECT_EQ(patch->complaints(),
            std::vector<std::string>{R"(json patch unknown field "[0].valeu")"});
}

TEST(JsonPatch, NamesGoTypesOfWhatItCannotDecode) {
  EXPECT_EQ(patched("{}", R"([{"op":"add","path":5}])"),
            "400: error decoding patch: json: cannot unmarshal number into Go struct field "
            "jsonPatchOp.path of type string");
  EXPECT_EQ(patched("{}", R"([1])"),
            "400: error decoding patch: json: cannot unmarshal number into Go value of type "
            "handlers.jsonPatchOp");
}

TEST(JsonPatch, ShiftsALongArrayTenThousandTimesInBoundedTime) {
  std::string document = R"({"l":[)";
  for (int i = 0; i < 100'000; ++i) document += "0,";
  document.back() = ']';
  document += '}';
  std::string patch = "[";
  for (int i = 0; i < 10'000; ++i) patch += R"({"op":"add","path":"/l/0","value":1},)";
  patch.back() = ']';
  const auto result = JsonPatch::parse(patch)->apply(*Json::parse(document));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->find("l")->array()->size(), 110'000U);
}

TEST(JsonPatch, BoundsACopyIntoItself) {
  std::string patch = R"([{"op":"add","path":"/a/b","value":1})";
  std::string path = "/a";
  for (int i = 0; i < 200; ++i) {
    path += "/c";
    patch += R"(,{"op":"copy","from":"/a","path":")" + path + "\"}";
  }
  EXPECT_THAT(patched(R"({"a":{}})", patch + "]"),
              testing::StartsWith("422: Unable to complete the copy"));
}

TEST(JsonPatch, NeedsNoStackForDepth) {
  std::string document;
  std::string path;
  for (int i = 0; i < 9'000; ++i) {
    document += "{\"a\":";
    path += "/a";
  }
  document += "1" + std::string(9'000, '}');
  EXPECT_THAT(patched(document, R"([{"op":"replace","path":")" + path + R"(","value":2},)" +
                                    R"({"op":"copy","from":"/a","path":"/b"}])"),
              testing::EndsWith("}"));
}

}  // namespace
}  // namespace kaudit::apiserver::objects::patch
