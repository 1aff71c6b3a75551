#include "apiserver/objects/codec/typed_order.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "apiserver/objects/codec/codec.hpp"

namespace kaudit::apiserver::objects {
namespace {

const Type& kPod = *type_by_id("core.v1.Pod");
const Type& kMetadata = *type_by_id("meta.v1.ObjectMeta");

std::string ordered(const Type& type, std::string_view json) {
  Json tree = Json::parse(json).value();
  return order_members(type, tree) ? tree.dump() : "to be read";
}

/// All objects of the tree with their members the other way round.
void reverse_members(Json& tree) {
  if (Json::Array* elements = tree.array()) {
    for (Json& element : *elements) reverse_members(element);
  } else if (Json::Object* members = tree.object()) {
    std::reverse(members->begin(), members->end());
    for (Json::Member& member : *members) reverse_members(member.value);
  }
}

TEST(TypedOrder, MakesOfAPodWhatReadingItMakes) {
  std::ifstream file(KAUDIT_TESTDATA "/pod-3k.json");
  const std::string body{std::istreambuf_iterator<char>(file), {}};
  const auto decoded = decode_object({"v1", "Pod"}, body, BodyFormat::Json, {});
  ASSERT_TRUE(decoded);
  Json tree = decoded->object;
  tree.find("metadata")->erase("managedFields");  // its fields have no type to be put in order by
  const std::string canonical = tree.dump();
  reverse_members(tree);
  ASSERT_NE(tree.dump(), canonical);
  ASSERT_TRUE(order_members(kPod, tree));
  EXPECT_EQ(tree.dump(), canonical);
}

TEST(TypedOrder, SetsAMemberInItsPlace) {
  Json tree = *Json::parse(R"({"name":"n","uid":"u","labels":{}})");
  set_in_order(kMetadata, tree, "creationTimestamp", Json("t"));
  set_in_order(kMetadata, tree, "managedFields", Json(Json::Array()));
  set_in_order(kMetadata, tree, "generateName", Json("g"));
  set_in_order(kMetadata, tree, "uid", Json("v"));
  EXPECT_EQ(tree.dump(), R"({"name":"n","generateName":"g","uid":"v","creationTimestamp":"t",)"
                         R"("labels":{},"managedFields":[]})");
}

TEST(TypedOrder, LeavesOutWhatIsEmptyWhereItsTypeDoes) {
  EXPECT_EQ(
      ordered(kMetadata, R"({"labels":{},"generation":0,"uid":"","name":"n","finalizers":[]})"),
      R"({"name":"n"})");
}

TEST(TypedOrder, SortsMapsByTheirKeys) {
  EXPECT_EQ(ordered(kMetadata, R"({"labels":{"b":"1","a":"2"},"name":"n"})"),
            R"({"name":"n","labels":{"a":"2","b":"1"}})");
}

TEST(TypedOrder, KeepsTheOrderOfFieldsThatAreManaged) {
  const std::string managed =
      R"({"managedFields":[{"manager":"m","fieldsType":"FieldsV1","fieldsV1":{"f:b":{},"f:a":{}}}]})";
  EXPECT_EQ(ordered(kMetadata, managed), managed);
}

TEST(TypedOrder, LeavesToReadingWhatReadingWouldChange) {
  for (const char* json : {
           R"({"unknown":"x"})",
           R"({"NAME":"x"})",
           R"({"name":null})",
           R"({"name":1})",
           R"({"generation":"1"})",
           R"({"generation":1e3})",
           R"({"generation":-0})",
           R"({"generation":12345678901234567890})",
           R"({"creationTimestamp":null})",
           R"({"creationTimestamp":"2026-02-30T00:00:00Z"})",
           R"({"creationTimestamp":"2026-01-01T00:00:00+01:00"})",
           R"({"creationTimestamp":"0001-01-01T00:00:00Z"})",
           R"({"labels":{"a":null}})",
           R"({"finalizers":"x"})",
           R"([])",
       }) {
    EXPECT_EQ(ordered(kMetadata, json), "to be read") << json;
  }
  const Type& secret = *type_by_id("core.v1.Secret");
  EXPECT_EQ(ordered(secret, R"({"metadata":{},"data":{"a":"YQ"}})"), "to be read");
  const Type& resources = *type_by_id("core.v1.ResourceRequirements");
  EXPECT_EQ(ordered(resources, R"({"limits":{"cpu":"1000m"}})"), "to be read");
  EXPECT_EQ(ordered(resources, R"({"limits":{"cpu":"1"}})"), R"({"limits":{"cpu":"1"}})");
}

TEST(TypedOrder, LeavesToReadingWhatIsWrittenAlthoughItIsAbsent) {
  const Type& container = *type_by_id("core.v1.Container");
  EXPECT_EQ(ordered(container, R"({"name":"c"})"), "to be read");
  EXPECT_EQ(ordered(container, R"({"resources":{},"name":"c"})"), R"({"name":"c","resources":{}})");
}

}  // namespace
}  // namespace kaudit::apiserver::objects
