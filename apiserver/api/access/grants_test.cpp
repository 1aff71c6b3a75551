// Nobody grants what they do not hold.
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/access/role_feed.hpp"
#include "apiserver/api/testing/world.hpp"
#include "apiserver/authz/rbac/rbac_authorizer.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using testing::World;

const std::string kGroup = "/apis/rbac.authorization.k8s.io/v1/";
const std::string kNamespacedRoles = kGroup + "namespaces/default/roles";
const std::string kBindings = kGroup + "namespaces/default/rolebindings";
const std::string kClusterWideRoles = kGroup + "clusterroles";

class Grants : public ::testing::Test {
 protected:
  Grants()
      : index_(std::make_shared<authz::rbac::Index>()),
        world_(ApiOptions{.store = nullptr,
                          .authorizer = std::make_shared<authz::rbac::RbacAuthorizer>(index_),
                          .roles = index_},
               {.observer = std::make_shared<RoleFeed>(index_)}) {}

  Answered send(const std::string& method, const std::string& target, const Json& body,
                audit::UserInfo user) {
    return world_.ask(
        {.method = method,
         .target = target,
         .headers = {{"Content-Type",
                      method == "PATCH" ? "application/merge-patch+json" : "application/json"}},
         .body = body.dump(),
         .user = std::move(user)});
  }
  Answered as_jane(const std::string& method, const std::string& target, const Json& body) {
    return send(method, target, body, {"jane", "", {"dev"}, {}});
  }
  void as_root(const std::string& target, const Json& body) {
    const Answered answered = send("POST", target, body, {"root", "", {"system:masters"}, {}});
    ASSERT_EQ(answered.status, 201) << answered.body;
  }
  static std::string message(const Answered& answered) {
    return Json::parse(answered.body)["message"];
  }

  static Json role(const std::string& name, const Json& verbs,
                   const std::string& resource = "pods") {
    return {{"metadata", {{"name", name}}},
            {"rules", {{{"verbs", verbs}, {"apiGroups", {""}}, {"resources", {resource}}}}}};
  }
  static Json binding(const std::string& name, const std::string& kind, const std::string& to,
                      const std::string& user = "jane") {
    return {{"metadata", {{"name", name}}},
            {"roleRef", {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", kind}, {"name", to}}},
            {"subjects",
             {{{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "User"}, {"name", user}}}}};
  }
  /// Jane holds these verbs on pods in the namespace default.
  void give_jane(const Json& verbs) {
    as_root(kNamespacedRoles, role("hers", verbs));
    as_root(kBindings, binding("hers", "Role", "hers"));
  }

  std::shared_ptr<authz::rbac::Index> index_;
  World world_;
};

TEST_F(Grants, TakeNoMoreThanOneHolds) {
  give_jane({"get", "list"});
  EXPECT_EQ(as_jane("POST", kNamespacedRoles, role("less", {"get"})).status, 201);
  const Answered more = as_jane("POST", kNamespacedRoles, role("more", {"get", "watch", "delete"}));
  EXPECT_EQ(more.status, 403);
  EXPECT_EQ(message(more),
            "roles.rbac.authorization.k8s.io \"more\" is forbidden: user \"jane\" "
            "(groups=[\"dev\"]) is attempting to grant RBAC permissions not currently held:\n"
            "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"watch\" \"delete\"]}");
  const Json details = Json::parse(more.body)["details"];
  EXPECT_EQ(details, Json::parse(R"({"name":"more","group":"rbac.authorization.k8s.io",)"
                                 R"("kind":"roles"})"));
}

TEST_F(Grants, AreJudgedWhenARoleChangesToo) {
  give_jane({"get"});
  ASSERT_EQ(as_jane("POST", kNamespacedRoles, role("r", {"get"})).status, 201);
  const Json wider = {{"rules", role("r", {"delete"})["rules"]}};
  EXPECT_EQ(as_jane("PATCH", kNamespacedRoles + "/r", wider).status, 403);
  EXPECT_EQ(as_jane("PUT", kNamespacedRoles + "/r", role("r", {"delete"})).status, 403);
  EXPECT_EQ(
      as_jane("PUT", kNamespacedRoles + "/made-by-put", role("made-by-put", {"delete"})).status,
      403);
  EXPECT_EQ(
      as_jane("PATCH", kNamespacedRoles + "/r", {{"metadata", {{"finalizers", {"example.com/x"}}}}})
          .status,
      200)
      << "finalizers grant nothing";
}

TEST_F(Grants, MayEscalateWithThatVerb) {
  as_root(kNamespacedRoles, {{"metadata", {{"name", "escalator"}}},
                             {"rules",
                              {{{"verbs", {"escalate"}},
                                {"apiGroups", {"rbac.authorization.k8s.io"}},
                                {"resources", {"roles"}}}}}});
  as_root(kBindings, binding("e", "Role", "escalator"));
  EXPECT_EQ(as_jane("POST", kNamespacedRoles, role("any", {"*"}, "*")).status, 201);
}

TEST_F(Grants, BindNoRoleThatGivesMore) {
  give_jane({"get"});
  as_root(kNamespacedRoles, role("same", {"get"}));
  as_root(kNamespacedRoles, role("wide", {"delete"}, "secrets"));
  EXPECT_EQ(as_jane("POST", kBindings, binding("b", "Role", "same", "joe")).status, 201);
  const Answered more = as_jane("POST", kBindings, binding("c", "Role", "wide", "joe"));
  EXPECT_EQ(more.status, 403);
  EXPECT_EQ(message(more),
            "rolebindings.rbac.authorization.k8s.io \"c\" is forbidden: user \"jane\" "
            "(groups=[\"dev\"]) is attempting to grant RBAC permissions not currently held:\n"
            "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"delete\"]}");
}

TEST_F(Grants, MayBindWithThatVerb) {
  as_root(kClusterWideRoles, role("wide", {"delete"}, "secrets"));
  as_root(kNamespacedRoles, {{"metadata", {{"name", "binder"}}},
                             {"rules",
                              {{{"verbs", {"bind"}},
                                {"apiGroups", {"rbac.authorization.k8s.io"}},
                                {"resources", {"clusterroles"}},
                                {"resourceNames", {"wide"}}}}}});
  as_root(kBindings, binding("b", "Role", "binder"));
  EXPECT_EQ(as_jane("POST", kBindings, binding("c", "ClusterRole", "wide", "joe")).status, 201);
  as_root(kClusterWideRoles, role("other", {"delete"}, "secrets"));
  EXPECT_EQ(as_jane("POST", kBindings, binding("d", "ClusterRole", "other", "joe")).status, 403);
}

TEST_F(Grants, BindNoRoleThatIsNotThere) {
  const Answered answered = as_jane("POST", kBindings, binding("b", "ClusterRole", "gone", "joe"));
  EXPECT_EQ(answered.status, 404);
  EXPECT_EQ(message(answered), "clusterroles.rbac.authorization.k8s.io \"gone\" not found");
}

TEST_F(Grants, SayWhichRolesOfOnesOwnAreMissing) {
  as_root(kBindings, binding("b", "ClusterRole", "gone"));
  EXPECT_TRUE(message(as_jane("POST", kNamespacedRoles, role("r", {"get"})))
                  .ends_with("; resolution errors: [clusterroles.rbac.authorization.k8s.io "
                             "\"gone\" not found]"));
}

TEST_F(Grants, ToGatherRolesOneMustHoldEverything) {
  Json gatherer = {
      {"metadata", {{"name", "g"}}},
      {"aggregationRule", {{"clusterRoleSelectors", {{{"matchLabels", {{"a", "b"}}}}}}}}};
  const Answered refused = as_jane("POST", kClusterWideRoles, gatherer);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(message(refused),
            "clusterroles.rbac.authorization.k8s.io \"g\" is forbidden: must have cluster-admin "
            "privileges to use the aggregationRule");
  as_root(kClusterWideRoles, Json::parse(R"({"metadata":{"name":"all"},"rules":[)"
                                         R"({"verbs":["*"],"apiGroups":["*"],"resources":["*"]},)"
                                         R"({"verbs":["*"],"nonResourceURLs":["*"]}]})"));
  as_root(kGroup + "clusterrolebindings", binding("all", "ClusterRole", "all"));
  EXPECT_EQ(as_jane("POST", kClusterWideRoles, gatherer).status, 201);
}

TEST_F(Grants, TakeEffectWithTheAnswer) {
  give_jane({"get"});
  EXPECT_EQ(as_jane("POST", kNamespacedRoles, role("r", {"list"})).status, 403);
  ASSERT_EQ(
      send("PATCH", kNamespacedRoles + "/hers", {{"rules", role("", {"get", "list"})["rules"]}},
           {"root", "", {"system:masters"}, {}})
          .status,
      200);
  EXPECT_EQ(as_jane("POST", kNamespacedRoles, role("r", {"list"})).status, 201);
  ASSERT_EQ(
      send("DELETE", kBindings + "/hers", Json::object(), {"root", "", {"system:masters"}, {}})
          .status,
      200);
  EXPECT_EQ(as_jane("POST", kNamespacedRoles, role("s", {"get"})).status, 403);
}

}  // namespace
}  // namespace kaudit::apiserver::api
