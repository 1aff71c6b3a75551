#include "apiserver/admission/webhook_match.hpp"

#include <gtest/gtest.h>

namespace kaudit::apiserver::admission {
namespace {

constexpr RuleSubject kExec{"CONNECT", "", "v1", "pods", "exec", "default"};
constexpr RuleSubject kDeployment{"CREATE", "apps", "v1", "deployments", "", "default"};
constexpr RuleSubject kNamespace{"UPDATE", "", "v1", "namespaces", "", "web"};
constexpr RuleSubject kNode{"DELETE", "", "v1", "nodes", "", ""};

WebhookRule rule(std::vector<std::string> resources, WebhookRule::Scope scope) {
  return {{"*"}, {"*"}, {"*"}, std::move(resources), scope};
}

TEST(WebhookRules, ResourcesNameSubresourcesAndStandForAll) {
  const auto all = WebhookRule::Scope::All;
  EXPECT_TRUE(matches(rule({"*"}, all), kDeployment));
  EXPECT_FALSE(matches(rule({"*"}, all), kExec)) << "* is no subresource";
  EXPECT_TRUE(matches(rule({"*/*"}, all), kExec));
  EXPECT_TRUE(matches(rule({"*/*"}, all), kDeployment));
  EXPECT_TRUE(matches(rule({"pods/*"}, all), kExec));
  EXPECT_TRUE(matches(rule({"*/exec"}, all), kExec));
  EXPECT_FALSE(matches(rule({"pods"}, all), kExec));
  EXPECT_FALSE(matches(rule({"pods/log"}, all), kExec));
}

TEST(WebhookRules, AllPartsMustMatch) {
  WebhookRule only{{"CREATE"}, {"apps"}, {"v1"}, {"deployments"}, WebhookRule::Scope::All};
  EXPECT_TRUE(matches(only, kDeployment));
  for (auto* const part : {&only.operations, &only.groups, &only.versions, &only.resources}) {
    const std::vector<std::string> before = std::exchange(*part, {"other"});
    EXPECT_FALSE(matches(only, kDeployment));
    *part = before;
  }
}

TEST(WebhookRules, ANamespaceIsOfTheCluster) {
  const auto cluster = WebhookRule::Scope::Cluster;
  const auto namespaced = WebhookRule::Scope::Namespaced;
  for (const RuleSubject& subject : {kNamespace, kNode}) {
    EXPECT_TRUE(matches(rule({"*"}, cluster), subject));
    EXPECT_FALSE(matches(rule({"*"}, namespaced), subject));
  }
  EXPECT_TRUE(matches(rule({"*"}, namespaced), kDeployment));
  EXPECT_FALSE(matches(rule({"*"}, cluster), kDeployment));
}

}  // namespace
}  // namespace kaudit::apiserver::admission
