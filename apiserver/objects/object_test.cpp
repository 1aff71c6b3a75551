#include "apiserver/objects/object.hpp"

#include <gtest/gtest.h>

namespace kaudit::apiserver::objects {
namespace {

Draft draft_of(std::string_view text) { return Draft(*Json::parse(text)); }

constexpr std::string_view kConfigMap =
    R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"n","uid":"u",)"
    R"("resourceVersion":"9","labels":{"x":"y"},"managedFields":[{}]},"data":{"k":"v"}})";

TEST(Object, GetsItsResourceVersionInTheRightPlace) {
  const ObjectPtr object = draft_of(kConfigMap).seal(123);
  EXPECT_EQ(object->text(),
            R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"n",)"
            R"("uid":"u","resourceVersion":"123","labels":{"x":"y"},"managedFields":[{}]},)"
            R"("data":{"k":"v"}})");
  EXPECT_EQ(object->meta().resource_version, 123U);
  EXPECT_EQ(object->meta().name, "a");
  EXPECT_EQ(object->meta().ns, "n");
  EXPECT_EQ(object->meta().uid, "u");
  ASSERT_NE(object->meta().label("x"), nullptr);
  EXPECT_EQ(*object->meta().label("x"), "y");
  EXPECT_EQ(object->meta().label("z"), nullptr);
}

TEST(Object, PutsTheVersionIntoMetadataWithoutOtherMembers) {
  EXPECT_EQ(draft_of(R"({"kind":"K","apiVersion":"v1","metadata":{}})").seal(1)->text(),
            R"({"kind":"K","apiVersion":"v1","metadata":{"resourceVersion":"1"}})");
}

TEST(Object, IsAnItemOfAListWithoutKindAndApiVersion) {
  std::string list;
  draft_of(R"({"kind":"K","apiVersion":"v1","metadata":{"name":"a"},"spec":1})")
      .seal(7)
      ->append_item(list);
  EXPECT_EQ(list, R"({"metadata":{"name":"a","resourceVersion":"7"},"spec":1})");
}

TEST(Object, ChangesItsVersionAlone) {
  const ObjectPtr object = draft_of(kConfigMap).seal(9);
  const ObjectPtr later = object->at_version(1000);
  EXPECT_EQ(later->tree().find("metadata")->text("resourceVersion"), "1000");
  EXPECT_EQ(later->at_version(9)->text(), object->text());
}

TEST(Draft, SaysTheSameAsAnObjectWhateverItsVersion) {
  const ObjectPtr object = draft_of(kConfigMap).seal(123456);
  EXPECT_TRUE(draft_of(kConfigMap).same_as(*object));
  EXPECT_TRUE(Draft(object->tree()).same_as(*object));
  Json changed = object->tree();
  changed.find("data")->set("k", Json("w"));
  EXPECT_FALSE(Draft(changed).same_as(*object));
}

}  // namespace
}  // namespace kaudit::apiserver::objects
