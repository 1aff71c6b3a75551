#include "apiserver/objects/patch/strategic_patch.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kaudit::apiserver::objects::patch {
namespace {

std::string patched(std::string_view api_version, std::string_view kind, std::string_view object,
                    std::string_view patch) {
  const auto parsed = StrategicPatch::parse(patch);
  if (!parsed) return std::to_string(parsed.error().code()) + ": " + parsed.error().message;
  const auto result = parsed->apply(*find_type(api_version, kind), *Json::parse(object));
  return result ? result->dump()
                : std::to_string(result.error().code()) + ": " + result.error().message;
}

std::string pod(std::string_view spec, std::string_view patch) {
  return patched("v1", "Pod", "{\"spec\":" + std::string(spec) + "}",
                 "{\"spec\":" + std::string(patch) + "}");
}

TEST(StrategicPatch, MergesElementsByTheirKey) {
  EXPECT_EQ(pod(R"({"containers":[{"name":"a","image":"x"},{"name":"b"}]})",
                R"({"containers":[{"name":"b","image":"y"},{"name":"c"}]})"),
            R"({"spec":{"containers":[{"name":"a","image":"x"},{"name":"b","image":"y"},)"
            R"({"name":"c"}]}})");
}

TEST(StrategicPatch, OrdersElementsAsThePatchSays) {
  EXPECT_EQ(pod(R"({"containers":[{"name":"a"},{"name":"b"}]})",
                R"({"$setElementOrder/containers":[{"name":"b"},{"name":"a"}]})"),
            R"({"spec":{"containers":[{"name":"b"},{"name":"a"}]}})");
}

TEST(StrategicPatch, DeletesFromListsOfTexts) {
  EXPECT_EQ(patched("v1", "Pod", R"({"metadata":{"finalizers":["a","b"]}})",
                    R"({"metadata":{"$deleteFromPrimitiveList/finalizers":["a"]}})"),
            R"({"metadata":{"finalizers":["b"]}})");
}

TEST(StrategicPatch, RetainsOnlyTheKeysThatAreNamed) {
  EXPECT_EQ(pod(R"({"volumes":[{"name":"v","emptyDir":{}}]})",
                R"({"volumes":[{"name":"v","$retainKeys":["name","hostPath"],)"
                R"("hostPath":{"path":"/"}}]})"),
            R"({"spec":{"volumes":[{"name":"v","hostPath":{"path":"/"}}]}})");
}

TEST(StrategicPatch, ReplacesListsWithoutAStrategy) {
  EXPECT_EQ(pod(R"({"tolerations":[{"key":"a"}]})", R"({"tolerations":[{"key":"b"}]})"),
            R"({"spec":{"tolerations":[{"key":"b"}]}})");
}

TEST(StrategicPatch, WritesFloatsAsGoDoes) {
  EXPECT_EQ(
      pod("{}", R"({"priority":1.0,"w":-12.50,"x":1e21,"y":0.0000001,"z":12345678901234567890})"),
      R"({"spec":{"priority":1,"w":-12.5,"x":1e+21,"y":1e-7,"z":12345678901234567000}})");
}

TEST(StrategicPatch, NamesTheMemberThatATypeDoesNotHave) {
  EXPECT_EQ(pod(R"({"nope":{"a":{}}})", R"({"nope":{"a":{}}})"),
            R"(500: unable to find api field in struct PodSpec for the json field "nope")");
  EXPECT_EQ(pod(R"({"nodeSelector":{"a":{}}})", R"({"nodeSelector":{"a":{}}})"),
            "500: merging an object in json but data type is not struct, instead is: map");
}

// 100,000 elements, each with a key of its own, in the opposite order.
TEST(StrategicPatch, MergesLongListsInBoundedTime) {
  std::string object = R"({"containers":[)";
  std::string patch = R"({"containers":[)";
  constexpr int kCount = 100'000;
  for (int i = 0; i < kCount; ++i) {
    object += "{\"name\":\"" + std::to_string(i) + "\"},";
    patch += "{\"name\":\"" + std::to_string(kCount - i) + "\"},";
  }
  object.back() = ']';
  patch.back() = ']';
  const std::string result = pod(object + "}", patch + "}");
  EXPECT_EQ(result.substr(0, 41), R"({"spec":{"containers":[{"name":"100000"},)");
}

TEST(StrategicPatch, MergesLargeMapsInBoundedTime) {
  std::string object = R"({"nodeSelector":{)";
  for (int i = 0; i < 100'000; ++i) object += "\"k" + std::to_string(i) + "\":\"v\",";
  object.back() = '}';
  object += '}';
  EXPECT_EQ(pod(object, object), "{\"spec\":" + object + "}");
}

TEST(StrategicPatch, NeedsNoStackForDepth) {
  std::string deep;
  for (int i = 0; i < 9'000; ++i) deep += "{\"a\":";
  deep += "null" + std::string(9'000, '}');
  // The innermost null goes, and leaves an empty object.
  EXPECT_EQ(pod("{}", "{\"x\":" + deep + "}").size(),
            std::string(R"({"spec":{"x":}})").size() + 8'999 * 6 + 2);
}

}  // namespace
}  // namespace kaudit::apiserver::objects::patch
