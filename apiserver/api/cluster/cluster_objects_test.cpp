// What a cluster has without anyone having sent it.
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using testing::World;

class ClusterObjects : public ::testing::Test {
 protected:
  Answered send(const std::string& method, const std::string& target,
                const std::string& body = "") {
    return world_.ask({method, target, {{"Content-Type", "application/json"}}, body});
  }
  Json get(const std::string& target) { return Json::parse(send("GET", target).body); }
  std::size_t count(const std::string& target) { return get(target)["items"].size(); }

  World world_{ApiOptions{.store = nullptr,
                          .cluster = {.furnishing = Furnishing::Furnished, .root_ca = "PEM"}}};
};

TEST_F(ClusterObjects, HaveTheNamespacesOfACluster) {
  EXPECT_EQ(count("/api/v1/namespaces"), 4U);
  const Json ns = get("/api/v1/namespaces/kube-system");
  EXPECT_EQ(ns["status"]["phase"], "Active");
  EXPECT_EQ(ns["spec"]["finalizers"][0], "kubernetes");
  EXPECT_EQ(ns["metadata"]["labels"]["kubernetes.io/metadata.name"], "kube-system");
  EXPECT_EQ(ns["metadata"]["managedFields"][0]["manager"], "kube-apiserver");
}

TEST_F(ClusterObjects, AreInEveryNamespaceAndInNewOnesAtOnce) {
  ASSERT_EQ(send("POST", "/api/v1/namespaces", R"({"metadata":{"name":"new"}})").status, 201);
  for (const std::string ns : {"default", "kube-system", "new"}) {
    const std::string base = "/api/v1/namespaces/" + ns;
    EXPECT_EQ(get(base + "/serviceaccounts/default")["metadata"]["namespace"], ns);
    EXPECT_EQ(get(base + "/configmaps/kube-root-ca.crt")["data"]["ca.crt"], "PEM") << ns;
  }
}

TEST_F(ClusterObjects, ADryRunMakesNone) {
  ASSERT_EQ(send("POST", "/api/v1/namespaces?dryRun=All", R"({"metadata":{"name":"new"}})").status,
            201);
  EXPECT_EQ(count("/api/v1/namespaces/new/serviceaccounts"), 0U);
}

TEST_F(ClusterObjects, ComeBackWhenDeletedOrChanged) {
  const std::string ca = "/api/v1/namespaces/default/configmaps/kube-root-ca.crt";
  const std::string account = "/api/v1/namespaces/default/serviceaccounts/default";
  const std::string uid = get(ca)["metadata"]["uid"];
  EXPECT_EQ(send("DELETE", ca).status, 200);
  EXPECT_EQ(send("DELETE", account).status, 200);
  EXPECT_EQ(get(ca)["data"]["ca.crt"], "PEM");
  EXPECT_NE(get(ca)["metadata"]["uid"], uid);
  EXPECT_EQ(get(account)["kind"], "ServiceAccount");
  Json changed = get(ca);
  changed["data"] = {{"x", "y"}};
  EXPECT_EQ(send("PUT", ca, changed.dump()).status, 200);
  EXPECT_EQ(get(ca)["data"], Json({{"ca.crt", "PEM"}}));
}

TEST_F(ClusterObjects, GoWithTheirNamespace) {
  send("POST", "/api/v1/namespaces", R"({"metadata":{"name":"new"}})");
  EXPECT_EQ(send("DELETE", "/api/v1/namespaces/new").status, 200);
  EXPECT_EQ(send("GET", "/api/v1/namespaces/new").status, 404);
  EXPECT_EQ(count("/api/v1/namespaces/new/serviceaccounts"), 0U);
  EXPECT_EQ(count("/api/v1/namespaces/new/configmaps"), 0U);
}

TEST_F(ClusterObjects, HaveTheSystemPriorityClasses) {
  const std::string base = "/apis/scheduling.k8s.io/v1/priorityclasses/";
  EXPECT_EQ(get(base + "system-cluster-critical")["value"], 2'000'000'000);
  EXPECT_EQ(get(base + "system-node-critical")["value"], 2'000'001'000);
  EXPECT_EQ(get(base + "system-node-critical")["preemptionPolicy"], "PreemptLowerPriority");
}

TEST_F(ClusterObjects, HaveTheDefaultRoles) {
  const std::string base = "/apis/rbac.authorization.k8s.io/v1/";
  EXPECT_EQ(count(base + "clusterroles"), 14U);
  EXPECT_EQ(count(base + "clusterrolebindings"), 7U);
  const Json admin = get(base + "clusterroles/cluster-admin");
  EXPECT_EQ(admin["metadata"]["labels"]["kubernetes.io/bootstrapping"], "rbac-defaults");
  EXPECT_EQ(admin["metadata"]["annotations"]["rbac.authorization.kubernetes.io/autoupdate"],
            "true");
  // Of what the others gather nothing is missing: view has its own, edit those and more.
  const auto rules = [&](const std::string& name) {
    return get(base + "clusterroles/" + name)["rules"].size();
  };
  EXPECT_EQ(rules("view"), rules("system:aggregate-to-view"));
  EXPECT_EQ(rules("edit"), rules("view") + rules("system:aggregate-to-edit"));
  EXPECT_EQ(rules("admin"), rules("edit") + rules("system:aggregate-to-admin"));
}

TEST_F(ClusterObjects, SayWhereTheServerListens) {
  world_.api().publish("192.0.2.7", 6443);
  const Json service = get("/api/v1/namespaces/default/services/kubernetes");
  EXPECT_EQ(service["spec"]["clusterIP"], "10.96.0.1");
  EXPECT_EQ(service["spec"]["ports"][0]["port"], 443);
  EXPECT_EQ(service["spec"]["ports"][0]["targetPort"], 6443);
  EXPECT_EQ(service["metadata"]["labels"]["provider"], "kubernetes");
  const Json endpoints = get("/api/v1/namespaces/default/endpoints/kubernetes");
  EXPECT_EQ(endpoints["subsets"][0]["addresses"][0]["ip"], "192.0.2.7");
  EXPECT_EQ(endpoints["subsets"][0]["ports"][0]["port"], 6443);
  const Json slice = get("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes");
  EXPECT_EQ(slice["addressType"], "IPv4");
  EXPECT_EQ(slice["endpoints"][0]["addresses"][0], "192.0.2.7");
  EXPECT_EQ(slice["endpoints"][0]["conditions"]["ready"], true);
  EXPECT_EQ(slice["metadata"]["labels"]["kubernetes.io/service-name"], "kubernetes");
}

TEST(ServerAlone, HasNothingThatControllersMake) {
  World world(ApiOptions{.store = nullptr,
                         .cluster = {.furnishing = Furnishing::Server, .root_ca = "PEM"}});
  world.api().publish("127.0.0.1", 6443);
  const auto count = [&](const std::string& target) {
    return Json::parse(world.ask({"GET", target}).body)["items"].size();
  };
  EXPECT_EQ(count("/api/v1/namespaces"), 4U);
  EXPECT_EQ(count("/api/v1/services"), 1U);
  EXPECT_EQ(count("/apis/scheduling.k8s.io/v1/priorityclasses"), 2U);
  EXPECT_EQ(count("/apis/rbac.authorization.k8s.io/v1/clusterroles"), 14U);
  world.ask({"POST", "/api/v1/namespaces", {}, R"({"metadata":{"name":"new"}})"});
  EXPECT_EQ(count("/api/v1/serviceaccounts"), 0U);
  EXPECT_EQ(count("/api/v1/configmaps"), 0U);
}

TEST(BareCluster, HasNothingButTheNamespaceDefault) {
  World world;
  const auto count = [&](const std::string& target) {
    return Json::parse(world.ask({"GET", target}).body)["items"].size();
  };
  world.api().publish("127.0.0.1", 6443);
  EXPECT_EQ(count("/api/v1/namespaces"), 1U);
  EXPECT_EQ(count("/api/v1/services"), 0U);
  EXPECT_EQ(count("/apis/rbac.authorization.k8s.io/v1/clusterroles"), 0U);
  world.ask({"POST", "/api/v1/namespaces", {}, R"({"metadata":{"name":"new"}})"});
  EXPECT_EQ(count("/api/v1/serviceaccounts"), 0U);
  EXPECT_EQ(count("/api/v1/configmaps"), 0U);
}

}  // namespace
}  // namespace kaudit::apiserver::api
