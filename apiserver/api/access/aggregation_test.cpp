// ClusterRoles that gather the rules of others, as soon as either is written.
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/read/selector_object.hpp"
#include "apiserver/api/testing/world.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using testing::World;

const std::string kRoles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";

class Aggregation : public ::testing::Test {
 protected:
  Answered send(const std::string& method, const std::string& target, const Json& body = {}) {
    return world_.ask({method,
                       target,
                       {{"Content-Type",
                         method == "PATCH" ? "application/merge-patch+json" : "application/json"}},
                       body.is_null() ? std::string() : body.dump()});
  }
  void make(const std::string& name, const std::string& label, const std::string& verb) {
    const Json role = {
        {"metadata", {{"name", name}, {"labels", {{label, "yes"}}}}},
        {"rules", {{{"verbs", {verb}}, {"apiGroups", {""}}, {"resources", {"pods"}}}}}};
    ASSERT_EQ(send("POST", kRoles, role).status, 201);
  }
  void gather(const std::string& name, const Json& selector, const std::string& label = "other") {
    const Json role = {{"metadata", {{"name", name}, {"labels", {{label, "yes"}}}}},
                       {"aggregationRule", {{"clusterRoleSelectors", {selector}}}}};
    ASSERT_EQ(send("POST", kRoles, role).status, 201);
  }
  /// The verbs of a role's rules, in their order.
  std::string verbs(const std::string& name) {
    const Json role = Json::parse(send("GET", kRoles + "/" + name).body);
    std::string out;
    if (!role["rules"].is_array()) return out;
    for (const Json& rule : role["rules"]) out += rule["verbs"][0].get<std::string>() + " ";
    return out;
  }

  World world_;
};

TEST_F(Aggregation, GathersWhatIsThereByName) {
  make("b", "to-x", "list");
  make("a", "to-x", "get");
  make("c", "to-y", "delete");
  gather("x", {{"matchLabels", {{"to-x", "yes"}}}});
  EXPECT_EQ(verbs("x"), "get list ");
}

TEST_F(Aggregation, FollowsEachRole) {
  gather("x", {{"matchLabels", {{"to-x", "yes"}}}});
  EXPECT_EQ(verbs("x"), "");
  make("a", "to-x", "get");
  EXPECT_EQ(verbs("x"), "get ");
  make("b", "to-x", "get");
  EXPECT_EQ(verbs("x"), "get ") << "a rule that is there already counts once";
  EXPECT_EQ(send("PATCH", kRoles + "/b",
                 {{"rules", {{{"verbs", {"list"}}, {"apiGroups", {""}}, {"resources", {"pods"}}}}}})
                .status,
            200);
  EXPECT_EQ(verbs("x"), "get list ");
  EXPECT_EQ(send("PATCH", kRoles + "/a", {{"metadata", {{"labels", {{"to-x", nullptr}}}}}}).status,
            200);
  EXPECT_EQ(verbs("x"), "list ");
  EXPECT_EQ(send("DELETE", kRoles + "/b").status, 200);
  EXPECT_EQ(verbs("x"), "");
}

TEST_F(Aggregation, GoesOnThroughThoseThatGatherThemselves) {
  gather("z", {{"matchLabels", {{"to-z", "yes"}}}});
  gather("y", {{"matchLabels", {{"to-y", "yes"}}}}, "to-z");
  make("a", "to-y", "get");
  EXPECT_EQ(verbs("y"), "get ");
  EXPECT_EQ(verbs("z"), "get ");
}

TEST_F(Aggregation, EndsWhereRolesGatherOneAnother) {
  gather("y", {{"matchLabels", {{"to-y", "yes"}}}}, "to-z");
  gather("z", {{"matchLabels", {{"to-z", "yes"}}}}, "to-y");
  make("a", "to-y", "get");
  EXPECT_EQ(verbs("y"), "get ");
  EXPECT_EQ(verbs("z"), "get ");
}

TEST_F(Aggregation, OverwritesRulesOfItsOwn) {
  make("a", "to-x", "get");
  gather("x", {{"matchExpressions", {{{"key", "to-x"}, {"operator", "Exists"}}}}});
  EXPECT_EQ(send("PATCH", kRoles + "/x",
                 {{"rules", {{{"verbs", {"*"}}, {"apiGroups", {"*"}}, {"resources", {"*"}}}}}})
                .status,
            200);
  EXPECT_EQ(verbs("x"), "get ");
  const Json role = Json::parse(send("GET", kRoles + "/x").body);
  EXPECT_EQ(role["metadata"]["managedFields"][0]["manager"], "clusterrole-aggregation-controller");
}

TEST(SelectorObject, IsReadAsAQuery) {
  const auto text = [](std::string_view json) -> std::string {
    const auto selector = read_selector(objects::Json::parse(json).value());
    return selector ? selector->text() : "refused";
  };
  EXPECT_EQ(text("{}"), "");
  EXPECT_EQ(text(R"({"matchLabels":{"a":"b","c":""}})"), "a=b,c=");
  EXPECT_EQ(text(R"({"matchExpressions":[{"key":"a","operator":"In","values":["x","y"]},)"
                 R"({"key":"b","operator":"NotIn","values":["z"]},{"key":"c","operator":"Exists"},)"
                 R"({"key":"d","operator":"DoesNotExist"}]})"),
            "a in (x,y),b notin (z),c,!d");
  EXPECT_EQ(text(R"({"matchExpressions":[{"key":"a","operator":"Is"}]})"), "refused");
  EXPECT_EQ(text(R"({"matchLabels":{"a":1}})"), "refused");
}

}  // namespace
}  // namespace kaudit::apiserver::api
