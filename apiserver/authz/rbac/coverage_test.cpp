#include "apiserver/authz/rbac/coverage.hpp"

#include <gtest/gtest.h>

namespace kaudit::apiserver::authz::rbac {
namespace {

using Rules = std::vector<PolicyRule>;

std::string missing(const Rules& held, const Rules& wanted) {
  return described(missing_rules(held, wanted).value());
}

TEST(Coverage, AsksForNothingThatIsHeld) {
  EXPECT_EQ(missing({{{"get", "list"}, {"", "apps"}, {"pods", "deployments"}, {}, {}}},
                    {{{"get"}, {""}, {"pods"}, {}, {}}}),
            "");
  EXPECT_EQ(missing({{{"*"}, {"*"}, {"*"}, {}, {}}},
                    {{{"get", "x"}, {"a", "b"}, {"c", "d/e"}, {"n"}, {}}}),
            "");
  EXPECT_EQ(missing({}, {}), "");
}

TEST(Coverage, PutsPiecesOfOneRuleTogetherFromSeveral) {
  EXPECT_EQ(missing({{{"get"}, {""}, {"pods"}, {}, {}}, {{"list"}, {""}, {"pods"}, {}, {}}},
                    {{{"get", "list"}, {""}, {"pods"}, {}, {}}}),
            "");
}

TEST(Coverage, ListsWhatIsMissingByResource) {
  EXPECT_EQ(missing({{{"get"}, {""}, {"pods"}, {}, {}}},
                    {{{"get", "list", "watch"}, {""}, {"secrets", "pods"}, {}, {}}}),
            "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"list\" \"watch\"]}\n"
            "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\" \"list\" \"watch\"]}");
}

TEST(Coverage, WantsNamesWhereOnlyNamesAreHeld) {
  const Rules held{{{"get"}, {""}, {"pods"}, {"a", "b"}, {}}};
  EXPECT_EQ(missing(held, {{{"get"}, {""}, {"pods"}, {"b"}, {}}}), "");
  EXPECT_EQ(missing(held, {{{"get"}, {""}, {"pods"}, {"b", "c"}, {}}}),
            R"({APIGroups:[""], Resources:["pods"], ResourceNames:["c"], Verbs:["get"]})");
  EXPECT_EQ(missing(held, {{{"get"}, {""}, {"pods"}, {}, {}}}),
            R"({APIGroups:[""], Resources:["pods"], Verbs:["get"]})");
}

TEST(Coverage, KnowsSubresourcesOfEveryResource) {
  const Rules held{{{"get"}, {"apps"}, {"*/scale"}, {}, {}}};
  EXPECT_EQ(missing(held, {{{"get"}, {"apps"}, {"deployments/scale"}, {}, {}}}), "");
  EXPECT_EQ(missing(held, {{{"get"}, {"apps"}, {"deployments"}, {}, {}}}),
            R"({APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]})");
  EXPECT_EQ(missing(held, {{{"get"}, {"apps"}, {"*"}, {}, {}}}),
            R"({APIGroups:["apps"], Resources:["*"], Verbs:["get"]})");
}

TEST(Coverage, KnowsPathsBelowAPath) {
  const Rules held{{{"get"}, {}, {}, {}, {"/healthz/*", "/version"}}};
  EXPECT_EQ(missing(held, {{{"get"}, {}, {}, {}, {"/healthz/etcd", "/version"}}}), "");
  EXPECT_EQ(missing(held, {{{"get", "post"}, {}, {}, {}, {"/version", "/metrics"}}}),
            "{NonResourceURLs:[\"/metrics\"], Verbs:[\"get\"]}\n"
            "{NonResourceURLs:[\"/metrics\"], Verbs:[\"post\"]}\n"
            "{NonResourceURLs:[\"/version\"], Verbs:[\"post\"]}");
}

TEST(Coverage, GivesUpOnMoreThanAnyoneMeans) {
  std::vector<std::string> many;
  many.reserve(300);
  for (int i = 0; i < 300; ++i) many.push_back("x" + std::to_string(i));
  EXPECT_FALSE(missing_rules({}, {{many, many, {"y"}, {}, {}}}));
  EXPECT_TRUE(missing_rules({{{"*"}, {"*"}, {"*"}, {}, {}}}, {{many, many, many, many, {}}}))
      << "what one rule covers whole is not taken to pieces";
}

}  // namespace
}  // namespace kaudit::apiserver::authz::rbac
