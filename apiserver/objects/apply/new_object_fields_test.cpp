// The fields of a new object, which are written at once, are those that comparing it with an empty
// one finds.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "apiserver/objects/apply/bounded_type.hpp"
#include "apiserver/objects/apply/empty_object.hpp"
#include "apiserver/objects/apply/fields_v1.hpp"
#include "apiserver/objects/apply/typed_tree.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

void expect_fields_of_comparison(std::string_view kind, const std::string& spec) {
  const Type& type = *find_type("v1", kind);
  const Json empty = empty_object(&type, "v1", kind);
  const Json object =
      *Json::parse(R"({"kind":")" + std::string(kind) +
                   R"(","apiVersion":"v1","metadata":{"name":"a"},"spec":)" + spec + "}");
  const auto fields = fields_of_new(empty, object, MergeType::of(type), {}, {});
  ASSERT_TRUE(fields) << spec;
  Comparison changes = compare(empty, object, MergeType::of(type));
  const PathSet all = united(std::move(changes.modified), std::move(changes.added));
  EXPECT_EQ(std::string(*fields), fields_v1_of(all).dump()) << spec;
}

TEST(NewObjectFields, NameElementsByKeysOfAllKinds) {
  for (const std::string name : {"c", "with-a-name-that-is-long", "q\\\"uote", "back\\\\slash",
                                 "<&>", "\\u0001", "\xC3\xA9", "\\u2028", ""}) {
    expect_fields_of_comparison("Pod",
                                R"({"containers":[{"name":")" + name + R"(","image":"i"}]})");
  }
  for (const char* const key : {"80", "8.5", "true", "null", "{}", "[1]", "\"80\""}) {
    expect_fields_of_comparison("Service", R"({"ports":[{"port":)" + std::string(key) +
                                               R"(,"protocol":"TCP","name":"a"}]})");
  }
}

TEST(NewObjectFields, NameElementsInOrderAndEqualOnesOnce) {
  expect_fields_of_comparison("Pod", R"({"containers":[{"name":"b"},{"name":"a"},{"name":"aa"}]})");
  expect_fields_of_comparison("Pod", R"({"containers":[{"name":"b"},{"name":"a"},{"name":"b"}]})");
  expect_fields_of_comparison(
      "Service", R"({"ports":[{"port":443,"protocol":"UDP"},{"port":443,"protocol":"TCP"},)"
                 R"({"port":80,"protocol":"TCP"}]})");
}

TEST(NewObjectFields, NameElementsThatLackAKey) {
  expect_fields_of_comparison("Service", R"({"ports":[{"port":80},{"port":1,"protocol":"UDP"}]})");
  expect_fields_of_comparison("Pod", R"({"containers":[{"image":"i"},null,{"name":"a"}]})");
}

TEST(NewObjectFields, KnowMembersInAnyOrderAndOnlyThoseOfTheType) {
  expect_fields_of_comparison(
      "Pod", R"({"volumes":[],"nodeName":"n","datum":1,"containers":[{"ports":[],"image":"i",)"
             R"("terminationMessagePolicy":"File","name":"c","args":["x"],"datum":{}}],)"
             R"("nodeSelector":{"z":"1","a":"2"},"securityContext":{},"tolerations":null})");
}

TEST(BoundedType, HoldsNeitherItselfNorAnyJson) {
  EXPECT_TRUE(is_bounded(*find_type("v1", "Pod")));
  EXPECT_TRUE(is_bounded(*find_type("v1", "ConfigMap")));
  EXPECT_FALSE(is_bounded(*find_type("apps/v1", "ControllerRevision")));
  EXPECT_FALSE(is_bounded(*find_type("apiextensions.k8s.io/v1", "CustomResourceDefinition")));
}

}  // namespace
}  // namespace kaudit::apiserver::objects::apply
