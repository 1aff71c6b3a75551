// Definitions as they come and go, and what that ends.
#include "apiserver/custom/registry.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apiserver/custom/instance.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/object.hpp"

namespace kaudit::apiserver::custom {
namespace {

using objects::Json;
using ::testing::ElementsAre;

struct Made {
  std::string plural = "widgets";
  std::string group = "example.com";
  int generation = 1;
  std::string established = "True";
  std::string uid = "u";
  std::string schema = R"({"type":"object"})";
};

std::shared_ptr<Definition> made(const Made& as, std::uint64_t version = 1) {
  const std::string names = R"({"plural":")" + as.plural + R"(","singular":"one","kind":"Kind)" +
                            as.plural + R"(","listKind":"List"})";
  const std::string text =
      R"({"metadata":{"name":")" + as.plural + "." + as.group + R"(","uid":")" + as.uid +
      R"(","generation":)" + std::to_string(as.generation) + R"(},"spec":{"group":")" + as.group +
      R"(","scope":"Namespaced","names":)" + names +
      R"(,"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":)" +
      as.schema +
      R"(}},{"name":"v0","served":false,"storage":false}]},"status":{"acceptedNames":)" + names +
      R"(,"conditions":[{"type":"Established","status":")" + as.established + R"("}]}})";
  const Json tree = objects::canonical_object(
                        {"apiextensions.k8s.io/v1", "CustomResourceDefinition"}, *Json::parse(text))
                        .value();
  return read_definition(*objects::Draft(tree).seal(version));
}

TEST(Registry, FindsWhatIsEstablished) {
  Registry registry;
  EXPECT_EQ(registry.revision(), 0U);
  registry.put(made({}));
  registry.put(made({.plural = "gadgets", .established = "False"}));
  ASSERT_NE(registry.find("example.com", "widgets"), nullptr);
  EXPECT_EQ(registry.find("example.com", "gadgets"), nullptr);
  EXPECT_EQ(registry.find("example.org", "widgets"), nullptr);
  EXPECT_TRUE(registry.has_group("example.com"));
  EXPECT_FALSE(registry.has_group("example.org"));
  EXPECT_EQ(registry.established().size(), 1U);
  EXPECT_EQ(registry.of_group("example.com").size(), 2U);
  const objects::Resource* const kind = registry.find_kind("example.com/v1", "Kindwidgets");
  ASSERT_NE(kind, nullptr);
  EXPECT_EQ(kind->name, "widgets");
  EXPECT_EQ(registry.find_kind("example.com/v0", "Kindwidgets"), nullptr) << "it is not served";
  EXPECT_EQ(registry.find_kind("v1", "Kindwidgets"), nullptr);
}

TEST(Registry, CountsChangesOfWhatIsEstablished) {
  Registry registry;
  registry.put(made({.established = "False"}));
  EXPECT_EQ(registry.revision(), 0U);
  registry.put(made({}));
  EXPECT_EQ(registry.revision(), 1U);
  registry.remove("widgets.example.com");
  EXPECT_EQ(registry.revision(), 2U);
  registry.remove("widgets.example.com");
  registry.remove("no-dot");
  EXPECT_EQ(registry.revision(), 2U);
  EXPECT_FALSE(registry.has_group("example.com"));
}

TEST(Registry, LetsGoOnWhatIsTheSameAndEndsTheRest) {
  Registry registry;
  const auto first = made({}, 5);
  registry.put(first);
  const auto same = made({}, 6);
  registry.put(same);
  EXPECT_EQ(same->since, 5U) << "what is stored since then is in its form";
  EXPECT_EQ(same->retirement, first->retirement);
  EXPECT_FALSE(first->retirement->retired());
  const auto changed = made({.generation = 2}, 7);
  registry.put(changed);
  EXPECT_TRUE(first->retirement->retired());
  EXPECT_FALSE(changed->retirement->retired());
  registry.remove("widgets.example.com");
  EXPECT_TRUE(changed->retirement->retired());
}

TEST(Registry, KeepsADefinitionForThoseWhoHoldIt) {
  Registry registry;
  registry.put(made({}));
  const DefinitionPtr held = registry.find("example.com", "widgets");
  registry.remove("widgets.example.com");
  EXPECT_EQ(held->storage_version().name, "v1");
}

TEST(Retirement, CallsEachWhoWaitsOnce) {
  boost::asio::io_context io;
  const auto retirement = std::make_shared<Retirement>();
  std::vector<int> called;
  const Retirement::Subscription one(retirement, io.get_executor(), [&] { called.push_back(1); });
  {
    const Retirement::Subscription gone(retirement, io.get_executor(),
                                        [&] { called.push_back(2); });
  }
  retirement->retire();
  EXPECT_TRUE(called.empty()) << "on its executor, not here";
  io.run();
  EXPECT_THAT(called, ElementsAre(1));
  retirement->retire();
  io.restart();
  io.run();
  EXPECT_THAT(called, ElementsAre(1));
}

TEST(Retirement, CallsNobodyWhoLeavesBeforeItsTurn) {
  boost::asio::io_context io;
  const auto retirement = std::make_shared<Retirement>();
  bool called = false;
  {
    const Retirement::Subscription leaves(retirement, io.get_executor(), [&] { called = true; });
    retirement->retire();
  }
  io.run();
  EXPECT_FALSE(called);
}

TEST(Retirement, IsSeenByThoseWhoComeTooLate) {
  boost::asio::io_context io;
  const auto retirement = std::make_shared<Retirement>();
  retirement->retire();
  bool called = false;
  const Retirement::Subscription late(retirement, io.get_executor(), [&] { called = true; });
  io.run();
  EXPECT_FALSE(called);
  EXPECT_TRUE(retirement->retired());
}

TEST(Defaults, OfManyElementsAreBounded) {
  const std::string text(1000, 'x');
  const auto definition =
      made({.schema = R"({"type":"object","properties":{"list":{"type":"array","items":{"type":)"
                      R"("object","properties":{"a":{"type":"string","default":")" +
                      text + R"("}}}}}})"});
  const auto with_elements = [&](std::size_t count) {
    std::string body = R"({"apiVersion":"example.com/v1","kind":"Kindwidgets","metadata":{"name":)"
                       R"("x"},"list":[{})";
    for (std::size_t i = 1; i < count; ++i) body += ",{}";
    return read_instance(definition->versions.front(), *Json::parse(body + "]}"));
  };
  const auto few = with_elements(10);
  ASSERT_TRUE(few) << few.error().message;
  EXPECT_EQ(few->object.find("list")->array()->back().text("a"), text);
  const auto many = with_elements(20'000);
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().message,
            "the defaults of its schema would add more than 16777216 bytes to the object");
}

}  // namespace
}  // namespace kaudit::apiserver::custom
