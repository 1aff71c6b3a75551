// Who may act for whom, with the texts that a real server recorded.
#include "apiserver/authz/impersonator.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kaudit::apiserver::authz {
namespace {

using ::testing::ElementsAre;
using Decision = Authorization::Decision;

/// Writes down what it is asked: `VERB GROUP/RESOURCE[/SUBRESOURCE] NAMESPACE NAME`.
class AskedAuthorizer final : public Authorizer {
 public:
  Authorization authorize(const audit::Attributes& asked) const override {
    std::string text(asked.verb);
    text.append(" ").append(asked.api_group).append("/").append(asked.resource);
    if (!asked.subresource.empty()) text.append("/").append(asked.subresource);
    text.append(" ").append(asked.ns).append(" ").append(asked.name);
    questions.push_back(text);
    return allows(text) ? Authorization{Decision::Allow, ""} : Authorization{otherwise, reason};
  }
  std::function<bool(const std::string&)> allows = [](const std::string&) { return true; };
  Decision otherwise = Decision::NoOpinion;
  std::string reason = "no";
  mutable std::vector<std::string> questions;
};

class ImpersonatorTest : public ::testing::Test {
 protected:
  tl::expected<Impersonated, audit::Status> act_as(const audit::UserInfo& wanted) {
    authorizer->questions.clear();
    return (gate_off ? legacy : impersonator).act_as(wanted, request);
  }
  static audit::UserInfo user(std::string name, std::vector<std::string> groups = {}) {
    audit::UserInfo user;
    user.username = std::move(name);
    user.groups = std::move(groups);
    return user;
  }
  static bool is_legacy(const std::string& question) {
    return question.starts_with("impersonate ");
  }

  std::shared_ptr<AskedAuthorizer> authorizer = std::make_shared<AskedAuthorizer>();
  Impersonator impersonator{authorizer, ConstrainedImpersonation::On};
  Impersonator legacy{authorizer, ConstrainedImpersonation::Off};
  bool gate_off = false;
  audit::UserInfo bob = user("bob");
  audit::Attributes request = request_of(&bob);

  static audit::Attributes request_of(const audit::UserInfo* user) {
    audit::Attributes request;
    request.user = user;
    request.verb = "get";
    request.resource_request = true;
    request.api_version = "v1";
    request.resource = "configmaps";
    request.ns = "golden";
    request.name = "x";
    return request;
  }
};

TEST_F(ImpersonatorTest, AsksForTheRequestAndEachPartOfTheUser) {
  audit::UserInfo jane = user("jane", {"devs"});
  jane.uid = "u-1";
  jane.extra["acme.com/project"] = std::vector<std::string>{"a"};
  const auto allowed = act_as(jane);
  ASSERT_TRUE(allowed) << allowed.error().message;
  EXPECT_EQ(allowed->constraint, "impersonate:user-info");
  EXPECT_THAT(allowed->user.groups, ElementsAre("devs", "system:authenticated"));
  EXPECT_THAT(authorizer->questions,
              ElementsAre("impersonate-on:user-info:get /configmaps golden x",
                          "impersonate:user-info authentication.k8s.io/users  jane",
                          "impersonate:user-info authentication.k8s.io/uids  u-1",
                          "impersonate:user-info authentication.k8s.io/groups  devs",
                          "impersonate:user-info "
                          "authentication.k8s.io/userextras/acme.com/project  a"));
}

TEST_F(ImpersonatorTest, KnowsServiceAccountsAndNodesByName) {
  const auto account = act_as(user("system:serviceaccount:golden:sa"));
  EXPECT_EQ(account->constraint, "impersonate:serviceaccount");
  EXPECT_THAT(account->user.groups,
              ElementsAre("system:serviceaccounts", "system:serviceaccounts:golden",
                          "system:authenticated"));
  const auto node = act_as(user("system:node:n1"));
  EXPECT_EQ(node->constraint, "impersonate:arbitrary-node");
  EXPECT_THAT(node->user.groups, ElementsAre("system:nodes", "system:authenticated"));
  EXPECT_EQ(act_as(user("system:anonymous"))->user.groups.front(), "system:unauthenticated");
}

TEST_F(ImpersonatorTest, LetsAServiceAccountBeItsOwnNode) {
  bob = user("system:serviceaccount:golden:agent");
  bob.extra["authentication.kubernetes.io/node-name"] = std::vector<std::string>{"n1"};
  EXPECT_EQ(act_as(user("system:node:n1"))->constraint, "impersonate:associated-node");
  EXPECT_EQ(authorizer->questions.back(),
            "impersonate:associated-node authentication.k8s.io/nodes  *");
  EXPECT_EQ(act_as(user("system:node:n2"))->constraint, "impersonate:arbitrary-node");
}

TEST_F(ImpersonatorTest, FallsBackToTheOldVerbAndRemembersIt) {
  authorizer->allows = is_legacy;
  EXPECT_EQ(act_as(user("jane"))->constraint, "");
  EXPECT_EQ(authorizer->questions.size(), 2U);
  authorizer->allows = [](const std::string&) { return true; };
  // What worked last is tried first, so nothing is said of a constraint that would be allowed too.
  EXPECT_EQ(act_as(user("jane"))->constraint, "");
  EXPECT_THAT(authorizer->questions, ElementsAre("impersonate /users  jane"));
  bob = user("alice");
  EXPECT_EQ(act_as(user("jane"))->constraint, "impersonate:user-info");
}

TEST_F(ImpersonatorTest, ForgetsTheRequestorThatAskedLongestAgo) {
  const Impersonator small(authorizer, ConstrainedImpersonation::On, 2);
  authorizer->allows = is_legacy;
  for (const char* name : {"a", "b", "a", "c"}) {
    bob = user(name);
    ASSERT_TRUE(small.act_as(user("jane"), request));
  }
  authorizer->allows = [](const std::string&) { return true; };
  bob = user("a");
  EXPECT_EQ(small.act_as(user("jane"), request)->constraint, "");
  bob = user("b");
  EXPECT_EQ(small.act_as(user("jane"), request)->constraint, "impersonate:user-info");
}

TEST_F(ImpersonatorTest, LeavesToTheOldVerbWhatAConstraintDoesNotAllow) {
  EXPECT_EQ(act_as(user("jane", {"system:masters"}))->constraint, "");
  EXPECT_EQ(act_as(user("jane", {""}))->constraint, "");
  audit::UserInfo jane = user("jane");
  jane.extra["scopes"] = std::vector<std::string>{"view"};
  EXPECT_EQ(act_as(jane)->constraint, "");
  EXPECT_EQ(act_as(user("system:serviceaccount:golden:sa", {"g"}))->constraint, "");
}

TEST_F(ImpersonatorTest, RefusesInTheWordsOfTheFirstModeThatWasTried) {
  authorizer->allows = [](const std::string&) { return false; };
  EXPECT_EQ(act_as(user("jane")).error().message,
            "configmaps \"x\" is forbidden: User \"bob\" cannot impersonate-on:user-info:get "
            "resource \"configmaps\" in API group \"\" in the namespace \"golden\": no");
  EXPECT_EQ(act_as(user("system:serviceaccount:golden:sa")).error().message,
            "configmaps \"x\" is forbidden: User \"bob\" cannot "
            "impersonate-on:serviceaccount:get resource \"configmaps\" in API group \"\" in the "
            "namespace \"golden\": no");
  request = {};
  request.user = &bob;
  request.verb = "get";
  request.path = "/healthz";
  EXPECT_EQ(act_as(user("jane")).error().message,
            "forbidden: User \"bob\" cannot impersonate-on:user-info:get path \"/healthz\": no");
}

TEST_F(ImpersonatorTest, NamesWhatIsWrongWithAKeyOfExtra) {
  authorizer->allows = [](const std::string& question) { return !is_legacy(question); };
  audit::UserInfo jane = user("jane");
  jane.extra["scopes"] = std::vector<std::string>{"view"};
  EXPECT_EQ(act_as(jane).error().message,
            "userextras.authentication.k8s.io is forbidden: User \"bob\" cannot "
            "impersonate:user-info resource \"userextras\" in API group \"authentication.k8s.io\" "
            "at the cluster scope: impersonating an invalid key in extra is not allowed: "
            "extra.key: Invalid value: \"scopes\": must be a domain-prefixed path (such as "
            "\"acme.io/foo\")");
}

TEST_F(ImpersonatorTest, AsksForAllNamesFirstWhenThereAreMany) {
  authorizer->allows = [](const std::string& question) { return question.back() != '4'; };
  EXPECT_TRUE(act_as(user("jane", {"1", "2", "3", "4"})));
  EXPECT_EQ(authorizer->questions.back(), "impersonate:user-info authentication.k8s.io/groups  *");
  EXPECT_EQ(authorizer->questions.size(), 3U);
}

TEST_F(ImpersonatorTest, AsksOnlyForTheOldVerbWithoutTheGate) {
  gate_off = true;
  audit::UserInfo jane = user("jane", {"g"});
  jane.uid = "u";
  jane.extra["x"] = std::vector<std::string>{"v"};
  EXPECT_EQ(act_as(jane)->constraint, "");
  EXPECT_THAT(authorizer->questions,
              ElementsAre("impersonate /users  jane", "impersonate /groups  g",
                          "impersonate authentication.k8s.io/userextras/x  v",
                          "impersonate authentication.k8s.io/uids  u"));
  authorizer->allows = [](const std::string&) { return false; };
  EXPECT_EQ(act_as(jane).error().message,
            "users \"jane\" is forbidden: User \"bob\" cannot impersonate resource \"users\" in "
            "API group \"\" at the cluster scope: no");
}

TEST_F(ImpersonatorTest, GivesAnAuthorizersErrorAsTheReasonButNotWithoutTheGate) {
  authorizer->allows = [](const std::string&) { return false; };
  authorizer->otherwise = Decision::Error;
  authorizer->reason = "authorizer is erratic";
  EXPECT_TRUE(act_as(user("jane")).error().message.ends_with(": authorizer is erratic"));
  gate_off = true;
  EXPECT_TRUE(act_as(user("jane")).error().message.ends_with("at the cluster scope"));
}

}  // namespace
}  // namespace kaudit::apiserver::authz
