#include "cli/log/story/object_difference.hpp"

#include <gtest/gtest.h>

#include "cli/log/story/object_name.hpp"

namespace kaudit::cli {
namespace {

TEST(ObjectDifferences, AreALineAValue) {
  const auto lines = object_difference(
      R"({"metadata":{"resourceVersion":"1","managedFields":[{}]},"spec":{"a":1,"b":[1,2]},"x":{}})",
      R"({"metadata":{"resourceVersion":"2"},"spec":{"a":2,"b":[1]},"y":"\u001b"})");
  EXPECT_EQ(lines, (std::vector<std::string>{"spec.a: 1 -> 2", "spec.b[1]: 2 -> gone",
                                             "x: {} -> gone", "y: \\x1b (new)"}));
  EXPECT_TRUE(object_difference(R"({"a":1})", R"({"a":1})").empty());
}

TEST(ObjectNames, AreReadAsPeopleWriteThem) {
  EXPECT_EQ(read_object_name("po/x/web", "")->text(), "pods/x/web");
  EXPECT_EQ(read_object_name("Deployment/web", "x")->text(), "deployments/x/web");
  EXPECT_EQ(read_object_name("widgets.example.com/x/web", "")->text(), "widgets.example.com/x/web");
  EXPECT_FALSE(read_object_name("web", "").has_value());
  EXPECT_FALSE(read_object_name("pods/x/", "").has_value());
}

TEST(ObjectNames, FindTheEventsOfTheObject) {
  audit::search::EventView event;
  const auto is_of = [&](const char* reference) {
    event.reset(reference);
    return read_object_name("pods/x/web", "")->is_of(event, false);
  };
  EXPECT_TRUE(is_of(R"({"objectRef":{"resource":"pods","namespace":"x","name":"web"}})"));
  EXPECT_FALSE(is_of(R"({"objectRef":{"resource":"pods","namespace":"y","name":"web"}})"));
  EXPECT_FALSE(is_of(R"({"objectRef":{"resource":"pods","namespace":"x"}})"));
  EXPECT_TRUE(is_of(
      R"({"objectRef":{"resource":"pods","namespace":"x"},"responseObject":{"metadata":{"name":"web"}}})"));
}

}  // namespace
}  // namespace kaudit::cli
