// What a DELETE answers and leaves behind, one object or a collection.
#include <string>

#include <gtest/gtest.h>

#include "apiserver/api/testing/requests.hpp"

namespace kaudit::apiserver::api {
namespace {

using testing::Answered;
using testing::kConfigMaps;

class DeleteRequestsTest : public testing::RequestsTest {};

TEST_F(DeleteRequestsTest, KeepsAnObjectUntilItsLastFinalizerIsGone) {
  send("POST", kConfigMaps, R"({"metadata":{"name":"a","finalizers":["x.io/f"]}})");
  const Json marked = object(send("DELETE", kConfigMaps + "/a"));
  EXPECT_EQ(marked["kind"], "ConfigMap");
  EXPECT_TRUE(marked["metadata"].contains("deletionTimestamp"));
  EXPECT_EQ(send("GET", kConfigMaps + "/a").status, 200);
  EXPECT_EQ(patch(kConfigMaps + "/a", R"({"metadata":{"finalizers":null}})").status, 200);
  EXPECT_EQ(send("GET", kConfigMaps + "/a").status, 404);
}

TEST_F(DeleteRequestsTest, RemovesANamespaceWithItsContents) {
  send("POST", "/api/v1/namespaces", R"({"metadata":{"name":"n"}})");
  send("POST", "/api/v1/namespaces/n/configmaps", R"({"metadata":{"name":"a"}})");
  const Json gone = object(send("DELETE", "/api/v1/namespaces/n"));
  EXPECT_EQ(gone["status"]["phase"], "Terminating");
  EXPECT_EQ(send("GET", "/api/v1/namespaces/n").status, 404);
  EXPECT_EQ(get("/api/v1/configmaps")["items"].size(), 0U);
  const Answered kept = send("DELETE", "/api/v1/namespaces/default");
  EXPECT_EQ(kept.status, 403);
  EXPECT_EQ(object(kept)["message"],
            "namespaces \"default\" is forbidden: this namespace may not be deleted");
}

TEST_F(DeleteRequestsTest, DeletesACollectionAndAnswersWhatWasThere) {
  for (const char* name : {"a", "b", "c"}) {
    send(
        "POST", kConfigMaps,
        R"({"metadata":{"name":")" + std::string(name) + R"(","labels":{"n":")" + name + R"("}}})");
  }
  const Answered some = send("DELETE", kConfigMaps + "?labelSelector=n+in+(a,b)",
                             R"({"propagationPolicy":"Background"})");
  EXPECT_EQ(some.status, 200);
  EXPECT_EQ(object(some)["kind"], "ConfigMapList");
  ASSERT_EQ(object(some)["items"].size(), 2U);
  EXPECT_EQ(object(some)["items"][1]["metadata"]["name"], "b");
  EXPECT_EQ(some.event->request_object.view(),
            R"({"kind":"DeleteOptions","apiVersion":"meta.k8s.io/__internal",)"
            R"("propagationPolicy":"Background"})");
  EXPECT_EQ(Json::parse(some.event->response_object.view()), object(some));
  EXPECT_TRUE(some.event->object_ref->name.empty());
  EXPECT_EQ(get(kConfigMaps)["items"].size(), 1U);
}

TEST_F(DeleteRequestsTest, DeletesNothingOfACollectionWhenOnlyAskedWhatWould) {
  send("POST", kConfigMaps, R"({"metadata":{"name":"a"}})");
  EXPECT_EQ(object(send("DELETE", kConfigMaps + "?dryRun=All"))["items"].size(), 1U);
  EXPECT_EQ(get(kConfigMaps)["items"].size(), 1U);
  EXPECT_EQ(send("DELETE", kConfigMaps, R"({"preconditions":{"uid":"x"}})").status, 409);
  EXPECT_EQ(send("DELETE", kConfigMaps + "?labelSelector=%21%21").status, 400);
  EXPECT_EQ(send("DELETE", kConfigMaps + "?limit=x").status, 400);
  EXPECT_EQ(get(kConfigMaps)["items"].size(), 1U);
}

TEST_F(DeleteRequestsTest, DeletesOnePageOfACollectionWhereThatIsAsked) {
  for (const char* name : {"a", "b", "c"}) {
    send("POST", kConfigMaps, R"({"metadata":{"name":")" + std::string(name) + R"("}})");
  }
  const Json page = object(send("DELETE", kConfigMaps + "?limit=2"));
  EXPECT_EQ(page["items"].size(), 2U);
  EXPECT_TRUE(page["metadata"].contains("continue"));
  EXPECT_EQ(get(kConfigMaps)["items"].size(), 1U);
}

}  // namespace
}  // namespace kaudit::apiserver::api
