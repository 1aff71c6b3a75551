#include "apiserver/authz/policy_rule.hpp"

#include <gtest/gtest.h>

namespace kaudit::apiserver::authz {
namespace {

audit::Attributes on(std::string_view verb, std::string_view group, std::string_view resource,
                     std::string_view subresource = "", std::string_view name = "") {
  audit::Attributes request;
  request.resource_request = true;
  request.verb = verb;
  request.api_group = group;
  request.resource = resource;
  request.subresource = subresource;
  request.name = name;
  return request;
}

audit::Attributes at(std::string_view verb, std::string_view path) {
  audit::Attributes request;
  request.verb = verb;
  request.path = path;
  return request;
}

PolicyRule rule_of(std::vector<std::string> resources, std::vector<std::string> names = {}) {
  return {{"get"}, {""}, std::move(resources), std::move(names), {}};
}

TEST(PolicyRule, NeedsVerbGroupAndResource) {
  const PolicyRule rule{{"get", "list"}, {"apps"}, {"deployments"}, {}, {}};
  EXPECT_TRUE(allows(rule, on("get", "apps", "deployments")));
  EXPECT_TRUE(allows(rule, on("list", "apps", "deployments")));
  EXPECT_FALSE(allows(rule, on("watch", "apps", "deployments")));
  EXPECT_FALSE(allows(rule, on("get", "", "deployments")));
  EXPECT_FALSE(allows(rule, on("get", "apps", "daemonsets")));
}

TEST(PolicyRule, TakesAStarForEverything) {
  const PolicyRule rule{{"*"}, {"*"}, {"*"}, {}, {}};
  EXPECT_TRUE(allows(rule, on("made-up", "any.io", "things", "part", "name")));
  EXPECT_FALSE(allows(rule, at("get", "/version"))) << "paths are none of its resources";
}

TEST(PolicyRule, KeepsSubresourcesApartFromTheirResource) {
  EXPECT_FALSE(allows(rule_of({"pods"}), on("get", "", "pods", "log")));
  EXPECT_TRUE(allows(rule_of({"pods/log"}), on("get", "", "pods", "log")));
  EXPECT_FALSE(allows(rule_of({"pods/log"}), on("get", "", "pods")));
  EXPECT_FALSE(allows(rule_of({"pods/log"}), on("get", "", "pods", "logs")));
  EXPECT_FALSE(allows(rule_of({"podsxlog"}), on("get", "", "pods", "log")));
}

TEST(PolicyRule, TakesAStarBeforeASubresourceForEveryResource) {
  EXPECT_TRUE(allows(rule_of({"*/scale"}), on("get", "", "anything", "scale")));
  EXPECT_FALSE(allows(rule_of({"*/scale"}), on("get", "", "anything", "status")));
  EXPECT_FALSE(allows(rule_of({"*/scale"}), on("get", "", "scale")));
}

TEST(PolicyRule, TakesAStarBehindAResourceForNothing) {
  EXPECT_FALSE(allows(rule_of({"pods/*"}), on("get", "", "pods", "log")));
  EXPECT_FALSE(allows(rule_of({"pods/*"}), on("get", "", "pods")));
}

TEST(PolicyRule, WithNamesAllowsNoRequestWithoutOne) {
  EXPECT_TRUE(allows(rule_of({"pods"}, {"a", "b"}), on("get", "", "pods", "", "b")));
  EXPECT_FALSE(allows(rule_of({"pods"}, {"a", "b"}), on("get", "", "pods", "", "c")));
  EXPECT_FALSE(allows(rule_of({"pods"}, {"a", "b"}), on("get", "", "pods")));
}

TEST(PolicyRule, TakesAStarAtTheEndOfAPathForAllBelow) {
  const PolicyRule rule{{"get"}, {}, {}, {}, {"/healthz", "/api/*", "/x**"}};
  EXPECT_TRUE(allows(rule, at("get", "/healthz")));
  EXPECT_FALSE(allows(rule, at("get", "/healthz/etcd")));
  EXPECT_TRUE(allows(rule, at("get", "/api/v1")));
  EXPECT_TRUE(allows(rule, at("get", "/api/")));
  EXPECT_FALSE(allows(rule, at("get", "/api")));
  EXPECT_TRUE(allows(rule, at("get", "/xy")));
  EXPECT_FALSE(allows(rule, at("post", "/healthz")));
}

TEST(PolicyRule, ShowsErrorsAsKubernetesDoes) {
  EXPECT_EQ(aggregated({}), "");
  EXPECT_EQ(aggregated({"a"}), "a");
  EXPECT_EQ(aggregated({"a", "a"}), "a");
  EXPECT_EQ(aggregated({"b", "a", "b"}), "[b, a]");
  EXPECT_EQ(quoted_list({"a", "b\""}), R"(["a" "b\""])");
}

}  // namespace
}  // namespace kaudit::apiserver::authz
