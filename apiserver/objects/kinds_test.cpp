#include "apiserver/objects/kinds.hpp"

#include <set>
#include <tuple>

#include <gtest/gtest.h>

namespace kaudit::apiserver::objects {
namespace {

TEST(Kinds, FindsEveryResourceByItsName) {
  for (const Resource& resource : all_resources()) {
    EXPECT_EQ(find_resource(resource.group, resource.version, resource.name), &resource)
        << resource.qualified_name;
  }
  EXPECT_EQ(find_resource("", "v1", "nopes"), nullptr);
  EXPECT_EQ(find_resource("", "v2", "pods"), nullptr);
  EXPECT_EQ(find_resource("apps", "v1", "pods"), nullptr);
}

TEST(Kinds, NamesEachResourceOnce) {
  std::set<std::tuple<std::string_view, std::string_view, std::string_view>> seen;
  for (const Resource& resource : all_resources()) {
    EXPECT_TRUE(seen.emplace(resource.group, resource.version, resource.name).second)
        << resource.qualified_name;
  }
}

TEST(Kinds, KnowsWhatTheTableSaysOfDeployments) {
  const Resource* deployments = find_resource("apps", "v1", "deployments");
  ASSERT_NE(deployments, nullptr);
  EXPECT_EQ(deployments->kind, "Deployment");
  EXPECT_EQ(deployments->api_version, "apps/v1");
  EXPECT_EQ(deployments->qualified_name, "deployments.apps");
  EXPECT_TRUE(deployments->namespaced());
  EXPECT_TRUE(deployments->allows("watch"));
  EXPECT_FALSE(deployments->allows("proxy"));
  EXPECT_EQ(deployments->generation, Generation::Counted);
  const Subresource* scale = deployments->subresource("scale");
  ASSERT_NE(scale, nullptr);
  EXPECT_EQ(scale->group, "autoscaling");
  EXPECT_EQ(deployments->subresource("status")->group, "apps");
  EXPECT_EQ(deployments->subresource("nope"), nullptr);
}

TEST(Kinds, FindsKindsByApiVersion) {
  EXPECT_EQ(find_kind("v1", "Namespace")->name_rule, NameRule::DnsLabel);
  EXPECT_EQ(find_kind("v1", "Namespace")->scope, Scope::Cluster);
  EXPECT_EQ(find_kind("v2", "Namespace"), nullptr);
  EXPECT_TRUE(group_exists("batch"));
  EXPECT_FALSE(group_exists("nope.io"));
}

}  // namespace
}  // namespace kaudit::apiserver::objects
