#include "apiserver/authz/rbac/rbac_authorizer.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::authz::rbac {
namespace {

using Decision = Authorization::Decision;

objects::Json json(std::string_view text) { return objects::Json::parse(text).value(); }

Role role(std::string_view text) { return read_role(json(text)); }
Binding binding(std::string_view text) { return read_binding(json(text)); }

constexpr std::string_view kReader =
    R"({"metadata":{"name":"reader"},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}]})";
constexpr std::string_view kLocal = R"({"metadata":{"name":"local","namespace":"dev"},"rules":[)"
                                    R"({"verbs":["list"],"apiGroups":[""],"resources":["pods"]}]})";

class Rbac : public ::testing::Test {
 protected:
  Authorization ask(const audit::UserInfo& user, std::string_view verb, std::string_view ns) {
    audit::Attributes request;
    request.user = &user;
    request.resource_request = true;
    request.verb = verb;
    request.resource = "pods";
    request.ns = ns;
    return authorizer_.authorize(request);
  }
  Authorization ask(std::string_view verb, std::string_view ns = "dev") {
    return ask(jane_, verb, ns);
  }

  std::shared_ptr<Index> index_ = std::make_shared<Index>();
  RbacAuthorizer authorizer_{index_};
  audit::UserInfo jane_{"jane", "", {"dev", "system:authenticated"}, {}};
};

TEST_F(Rbac, HasNoOpinionWhereNothingIsBound) {
  EXPECT_EQ(ask("get").decision, Decision::NoOpinion);
  EXPECT_EQ(ask("get").reason, "");
  EXPECT_EQ(authorizer_.authorize({}).decision, Decision::NoOpinion) << "nobody is known";
}

TEST_F(Rbac, NamesBindingRoleAndSubject) {
  index_->apply({role(kReader), binding(R"({"metadata":{"name":"b"},)"
                                        R"("roleRef":{"kind":"ClusterRole","name":"reader"},)"
                                        R"("subjects":[{"kind":"Group","name":"dev"}]})")});
  EXPECT_EQ(ask("get").decision, Decision::Allow);
  EXPECT_EQ(ask("get").reason,
            R"(RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "reader" to Group "dev")");
  EXPECT_EQ(ask("list").decision, Decision::NoOpinion);
  EXPECT_EQ(ask("get", "").decision, Decision::Allow) << "at the cluster scope too";
}

TEST_F(Rbac, LetsARoleBindingCountInItsNamespaceOnly) {
  index_->apply({role(kLocal), role(kReader),
                 binding(R"({"metadata":{"name":"b","namespace":"dev"},)"
                         R"("roleRef":{"kind":"Role","name":"local"},)"
                         R"("subjects":[{"kind":"User","name":"jane"}]})"),
                 binding(R"({"metadata":{"name":"c","namespace":"dev"},)"
                         R"("roleRef":{"kind":"ClusterRole","name":"reader"},)"
                         R"("subjects":[{"kind":"User","name":"jane"}]})")});
  EXPECT_EQ(ask("list").reason,
            R"(RBAC: allowed by RoleBinding "b/dev" of Role "local" to User "jane")");
  EXPECT_EQ(ask("get").reason,
            R"(RBAC: allowed by RoleBinding "c/dev" of ClusterRole "reader" to User "jane")");
  EXPECT_EQ(ask("list", "prod").decision, Decision::NoOpinion);
  EXPECT_EQ(ask("list", "").decision, Decision::NoOpinion);
}

TEST_F(Rbac, KnowsServiceAccountsByTheirUserName) {
  index_->apply(
      {role(kLocal), binding(R"({"metadata":{"name":"b","namespace":"dev"},)"
                             R"("roleRef":{"kind":"Role","name":"local"},"subjects":[)"
                             R"({"kind":"ServiceAccount","name":"near"},)"
                             R"({"kind":"ServiceAccount","name":"far","namespace":"ops"}]})")});
  const auto asked = [&](std::string user) {
    return ask({std::move(user), "", {}, {}}, "list", "dev").reason;
  };
  EXPECT_EQ(asked("system:serviceaccount:dev:near"),
            R"(RBAC: allowed by RoleBinding "b/dev" of Role "local" to ServiceAccount "near/dev")");
  EXPECT_EQ(asked("system:serviceaccount:ops:far"),
            R"(RBAC: allowed by RoleBinding "b/dev" of Role "local" to ServiceAccount "far/ops")");
  EXPECT_EQ(asked("system:serviceaccount:ops:near"), "");
  EXPECT_EQ(asked("near"), "");
}

TEST_F(Rbac, NamesTheFirstSubjectThatTheUserIs) {
  index_->apply({role(kReader), binding(R"({"metadata":{"name":"b"},)"
                                        R"("roleRef":{"kind":"ClusterRole","name":"reader"},)"
                                        R"("subjects":[{"kind":"Group","name":"ops"},)"
                                        R"({"kind":"Group","name":"dev"},)"
                                        R"({"kind":"User","name":"jane"}]})")});
  EXPECT_EQ(ask("get").reason,
            R"(RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "reader" to Group "dev")");
}

TEST_F(Rbac, SaysWhichRolesAreMissingWhenItRefuses) {
  const auto bind = [](std::string_view name, std::string_view to) {
    return binding(R"({"metadata":{"name":")" + std::string(name) +
                   R"("},"roleRef":{"kind":"ClusterRole","name":")" + std::string(to) +
                   R"("},"subjects":[{"kind":"User","name":"jane"}]})");
  };
  index_->apply({bind("a", "gone")});
  EXPECT_EQ(ask("get").reason, R"(RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found)");
  index_->apply({bind("b", "away")});
  EXPECT_EQ(ask("get").reason, R"(RBAC: [clusterrole.rbac.authorization.k8s.io "gone" not found, )"
                               R"(clusterrole.rbac.authorization.k8s.io "away" not found])");
  index_->apply({role(kReader), bind("c", "reader")});
  EXPECT_EQ(ask("get").decision, Decision::Allow);
}

TEST_F(Rbac, FollowsEveryChange) {
  index_->apply({role(kReader), binding(R"({"metadata":{"name":"b"},)"
                                        R"("roleRef":{"kind":"ClusterRole","name":"reader"},)"
                                        R"("subjects":[{"kind":"User","name":"jane"}]})")});
  const auto before = index_->snapshot();
  index_->apply({role(R"({"metadata":{"name":"reader"},"rules":[)"
                      R"({"verbs":["watch"],"apiGroups":[""],"resources":["pods"]}]})")});
  EXPECT_EQ(ask("get").decision, Decision::NoOpinion);
  EXPECT_EQ(ask("watch").decision, Decision::Allow);
  index_->apply({binding(R"({"metadata":{"name":"b"},)"
                         R"("roleRef":{"kind":"ClusterRole","name":"reader"},)"
                         R"("subjects":[{"kind":"User","name":"joe"}]})")});
  EXPECT_EQ(ask("watch").decision, Decision::NoOpinion) << "jane is no subject any more";
  EXPECT_EQ(ask({"joe", "", {}, {}}, "watch", "").decision, Decision::Allow);
  index_->apply({Place{Place::Kind::Binding, "", "b"}});
  EXPECT_EQ(ask({"joe", "", {}, {}}, "watch", "").decision, Decision::NoOpinion);
  index_->apply({Place{Place::Kind::Role, "", "reader"}});
  EXPECT_EQ(index_->snapshot()->role({"ClusterRole", "reader"}, ""), nullptr);
  // Who still reads an earlier state sees that one.
  EXPECT_EQ(before->role({"ClusterRole", "reader"}, "")->rules.front().verbs.front(), "get");
}

TEST_F(Rbac, ListsTheRulesOfAUserOnceABinding) {
  index_->apply(
      {role(kReader), role(kLocal),
       binding(R"({"metadata":{"name":"b"},)"
               R"("roleRef":{"kind":"ClusterRole","name":"reader"},)"
               R"("subjects":[{"kind":"User","name":"jane"},{"kind":"Group","name":"dev"}]})"),
       binding(R"({"metadata":{"name":"c","namespace":"dev"},)"
               R"("roleRef":{"kind":"Role","name":"local"},)"
               R"("subjects":[{"kind":"User","name":"jane"}]})"),
       binding(R"({"metadata":{"name":"d","namespace":"dev"},)"
               R"("roleRef":{"kind":"Role","name":"gone"},)"
               R"("subjects":[{"kind":"User","name":"jane"}]})")});
  const KnownRules here = authorizer_.rules_for(jane_, "dev");
  ASSERT_EQ(here.rules.size(), 2U);
  EXPECT_EQ(here.rules[0].verbs, std::vector<std::string>{"get"});
  EXPECT_EQ(here.rules[1].verbs, std::vector<std::string>{"list"});
  EXPECT_EQ(here.errors,
            std::vector<std::string>{R"(role.rbac.authorization.k8s.io "gone" not found)"});
  EXPECT_EQ(authorizer_.rules_for(jane_, "prod").rules.size(), 1U);
}

}  // namespace
}  // namespace kaudit::apiserver::authz::rbac
