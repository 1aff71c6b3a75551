#include "apiserver/request/accept.hpp"

#include <gtest/gtest.h>

namespace kaudit::apiserver::request {
namespace {

TEST(AcceptTest, ReadsParametersOfEachClause) {
  const auto clauses = parse_accept(
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList, application/json");
  ASSERT_EQ(clauses.size(), 2U);
  EXPECT_EQ(clauses[0].parameter("g"), "apidiscovery.k8s.io");
  EXPECT_EQ(clauses[0].parameter("as"), "APIGroupDiscoveryList");
  EXPECT_TRUE(clauses[1].parameters.empty());
  EXPECT_TRUE(clauses[1].covers("application/json"));
}

TEST(AcceptTest, PutsTheDearestFirstAndWildcardsLast) {
  const auto clauses = parse_accept("*/*, text/*, a/b;q=0.1, application/json, c/d ; q=0.5");
  ASSERT_EQ(clauses.size(), 5U);
  EXPECT_EQ(clauses[0].type, "application");
  EXPECT_EQ(clauses[1].subtype, "*");
  EXPECT_EQ(clauses[2].type, "*");
  EXPECT_EQ(clauses[3].quality, 0.5);
  EXPECT_EQ(clauses[4].type, "a");
}

TEST(AcceptTest, LeavesOutWhatIsNoClause) {
  EXPECT_TRUE(parse_accept("").empty());
  EXPECT_TRUE(parse_accept(",;,json").empty());
  const auto any = parse_accept("*");
  ASSERT_EQ(any.size(), 1U);
  EXPECT_TRUE(any[0].covers("application/json"));
}

TEST(AcceptTest, ComparesMediaTypesInAnyCase) {
  const auto clauses = parse_accept("Application/JSON");
  ASSERT_EQ(clauses.size(), 1U);
  EXPECT_TRUE(clauses[0].covers("application/json"));
  EXPECT_FALSE(clauses[0].covers("application/yaml"));
}

}  // namespace
}  // namespace kaudit::apiserver::request
