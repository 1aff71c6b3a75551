// What goes with a deleted object: its dependents, or what is in a namespace.
#include <string>

#include <gtest/gtest.h>

#include "apiserver/api/testing/requests.hpp"

namespace kaudit::apiserver::api {
namespace {

using testing::Answered;
using testing::kConfigMaps;

class CleanupTest : public testing::RequestsTest {
 protected:
  bool exists(const std::string& name) {
    return send("GET", kConfigMaps + "/" + name).status == 200;
  }
  Json get(const std::string& name) { return RequestsTest::get(kConfigMaps + "/" + name); }
  // A config map that those own; gives its uid.
  std::string create(const std::string& name, const std::vector<std::string>& owners = {},
                     const std::string& finalizer = "") {
    Json metadata = {{"name", name}};
    for (const std::string& owner : owners) {
      metadata["ownerReferences"].push_back({{"apiVersion", "v1"},
                                             {"kind", "ConfigMap"},
                                             {"name", owner},
                                             {"uid", get(owner)["metadata"]["uid"]},
                                             {"blockOwnerDeletion", true}});
    }
    if (!finalizer.empty()) metadata["finalizers"] = {finalizer};
    const Answered created = send("POST", kConfigMaps, Json{{"metadata", metadata}}.dump());
    return Json::parse(created.body)["metadata"]["uid"];
  }
  Answered remove(const std::string& name, const std::string& policy) {
    return send("DELETE", kConfigMaps + "/" + name, R"({"propagationPolicy":")" + policy + "\"}");
  }
};

TEST_F(CleanupTest, DependentsGoAfterTheirLastOwner) {
  create("owner");
  create("other");
  create("both", {"owner", "other"});
  create("child", {"owner"});
  create("grandchild", {"child"});
  remove("owner", "Background");
  EXPECT_FALSE(exists("child"));
  EXPECT_FALSE(exists("grandchild"));
  ASSERT_TRUE(exists("both"));
  EXPECT_EQ(get("both")["metadata"]["ownerReferences"].size(), 1U);
  remove("other", "Background");
  EXPECT_FALSE(exists("both"));
}

TEST_F(CleanupTest, OrphansStayWithoutTheirOwner) {
  create("owner");
  create("child", {"owner"});
  const Json marked = Json::parse(remove("owner", "Orphan").body);
  EXPECT_EQ(marked["metadata"]["finalizers"][0], "orphan");
  EXPECT_TRUE(marked["metadata"].contains("deletionTimestamp"));
  EXPECT_FALSE(exists("owner"));
  ASSERT_TRUE(exists("child"));
  EXPECT_FALSE(get("child")["metadata"].contains("ownerReferences"));
}

TEST_F(CleanupTest, AnOwnerInTheForegroundWaitsForItsDependents) {
  create("owner");
  create("child", {"owner"}, "x.io/f");
  const Json marked = Json::parse(remove("owner", "Foreground").body);
  EXPECT_EQ(marked["metadata"]["finalizers"][0], "foregroundDeletion");
  EXPECT_TRUE(exists("owner"));
  EXPECT_TRUE(get("child")["metadata"].contains("deletionTimestamp"));
  send("PATCH", kConfigMaps + "/child", R"({"metadata":{"finalizers":null}})");
  EXPECT_FALSE(exists("child"));
  EXPECT_FALSE(exists("owner"));
}

TEST_F(CleanupTest, ALongChainOfOwnersGoesWhole) {
  create("d0");
  for (int i = 1; i < 300; ++i) {
    create("d" + std::to_string(i), {"d" + std::to_string(i - 1)});
  }
  remove("d0", "Foreground");
  EXPECT_EQ(Json::parse(send("GET", kConfigMaps).body)["items"].size(), 0U);
}

TEST_F(CleanupTest, AnObjectWithTheSameNameIsNotTheOwner) {
  create("owner");
  create("child", {"owner"});
  send("PATCH", kConfigMaps + "/child", R"({"metadata":{"ownerReferences":null}})");
  remove("owner", "Background");
  EXPECT_TRUE(exists("child"));
}

TEST_F(CleanupTest, AskingWhatADeletionWouldDoDeletesNothing) {
  create("owner");
  create("child", {"owner"});
  const Answered would = send("DELETE", kConfigMaps + "/owner",
                              R"({"propagationPolicy":"Foreground","dryRun":["All"]})");
  EXPECT_EQ(Json::parse(would.body)["metadata"]["finalizers"][0], "foregroundDeletion");
  EXPECT_FALSE(get("owner")["metadata"].contains("finalizers"));
  EXPECT_TRUE(exists("child"));
}

TEST_F(CleanupTest, ANamespaceWaitsForWhatIsHeldInIt) {
  send("POST", "/api/v1/namespaces", R"({"metadata":{"name":"n"}})");
  send("POST", "/api/v1/namespaces/n/configmaps",
       R"({"metadata":{"name":"held","finalizers":["x.io/f"]}})");
  send("POST", "/api/v1/namespaces/n/secrets", R"({"metadata":{"name":"free"}})");
  send("DELETE", "/api/v1/namespaces/n");
  EXPECT_EQ(send("GET", "/api/v1/namespaces/n/secrets/free").status, 404);
  const Json ns = Json::parse(send("GET", "/api/v1/namespaces/n").body);
  EXPECT_EQ(ns["status"]["phase"], "Terminating");
  EXPECT_EQ(ns["spec"]["finalizers"][0], "kubernetes");
  EXPECT_EQ(send("DELETE", "/api/v1/namespaces/n").status, 200);
  EXPECT_EQ(send("GET", "/api/v1/namespaces/n").status, 200);
  send("PATCH", "/api/v1/namespaces/n/configmaps/held", R"({"metadata":{"finalizers":null}})");
  EXPECT_EQ(send("GET", "/api/v1/namespaces/n").status, 404);
}

TEST_F(CleanupTest, OnlyFinalizeChangesWhatHoldsANamespace) {
  send("POST", "/api/v1/namespaces", R"({"metadata":{"name":"n"}})");
  send("POST", "/api/v1/namespaces/n/configmaps",
       R"({"metadata":{"name":"held","finalizers":["x.io/f"]}})");
  const std::string free = R"({"metadata":{"name":"n"},"spec":{"finalizers":[]}})";
  const Json kept = Json::parse(send("PUT", "/api/v1/namespaces/n", free).body);
  EXPECT_EQ(kept["spec"]["finalizers"][0], "kubernetes");
  send("DELETE", "/api/v1/namespaces/n");
  EXPECT_EQ(send("PUT", "/api/v1/namespaces/n/finalize", free).status, 200);
  EXPECT_EQ(send("GET", "/api/v1/namespaces/n").status, 404);
}

TEST_F(CleanupTest, JobsLeaveTheirPodsUnlessToldOtherwise) {
  const std::string jobs = "/apis/batch/v1/namespaces/default/jobs";
  const std::string job =
      R"({"metadata":{"name":"j"},"spec":{"template":{"spec":{"restartPolicy":"Never",)"
      R"("containers":[{"name":"c","image":"i"}]}}}})";
  send("POST", jobs, job);
  const Json marked = Json::parse(send("DELETE", jobs + "/j").body);
  EXPECT_EQ(marked["metadata"]["finalizers"][0], "orphan");
  EXPECT_EQ(send("GET", jobs + "/j").status, 404);
  send("POST", jobs, job);
  const Json done =
      Json::parse(send("DELETE", jobs + "/j", R"({"propagationPolicy":"Background"})").body);
  EXPECT_EQ(done["status"], "Success");
}

TEST_F(CleanupTest, APodOnANodeHasItsGracePeriod) {
  const std::string pods = "/api/v1/namespaces/default/pods";
  const auto pod = [&](const std::string& node) {
    send("POST", pods,
         R"({"metadata":{"name":"p"},"spec":{"nodeName":")" + node +
             R"(","terminationGracePeriodSeconds":30,"containers":[{"name":"c","image":"i"}]}})");
  };
  pod("");
  send("DELETE", pods + "/p");
  EXPECT_EQ(send("GET", pods + "/p").status, 404);
  pod("nowhere");  // the Node need not exist
  EXPECT_EQ(Json::parse(send("DELETE", pods + "/p").body)["metadata"]["deletionGracePeriodSeconds"],
            30);
  EXPECT_EQ(Json::parse(send("DELETE", pods + "/p", R"({"gracePeriodSeconds":60})")
                            .body)["metadata"]["deletionGracePeriodSeconds"],
            30);
  EXPECT_EQ(Json::parse(send("DELETE", pods + "/p", R"({"gracePeriodSeconds":5})")
                            .body)["metadata"]["deletionGracePeriodSeconds"],
            5);
  send("DELETE", pods + "/p", R"({"gracePeriodSeconds":0})");
  EXPECT_EQ(send("GET", pods + "/p").status, 404);
}

}  // namespace
}  // namespace kaudit::apiserver::api
