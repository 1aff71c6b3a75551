// Where kinds differ in what a write does, as clients see it.
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using testing::World;

const std::string kConfigMaps = "/api/v1/namespaces/default/configmaps";
const std::string kDeployments = "/apis/apps/v1/namespaces/default/deployments";
const std::string kPodSpec = R"({"containers":[{"name":"c","image":"i"}]})";

class StrategiesTest : public ::testing::Test {
 protected:
  Answered send(const std::string& method, const std::string& target, const std::string& body) {
    const std::string type =
        method == "PATCH" ? "application/merge-patch+json" : "application/json";
    return world.ask({method, target, {{"Content-Type", type}}, body});
  }
  Json object(const Answered& answered) { return Json::parse(answered.body); }
  void make(const std::string& collection, const std::string& body) {
    const Answered made = send("POST", collection, body);
    ASSERT_EQ(made.status, 201) << made.body;
  }
  std::string message_of(const Answered& answered) { return object(answered)["message"]; }

  World world;
};

TEST_F(StrategiesTest, StatusKeepsTheMetadataThatTheKindLetsItWrite) {
  const std::string owner =
      R"({"apiVersion":"v1","kind":"Node","name":"n","uid":"u","controller":null})";
  const std::string patch =
      R"({"metadata":{"labels":{"l":"1"},"annotations":{"a":"1"},"ownerReferences":[)" + owner +
      "]}}";
  struct Case {
    std::string collection, body;
    bool labels, owners;
  };
  const std::string template_of_pods =
      R"("selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":)" +
      kPodSpec + "}";
  for (const Case& each : {
           Case{"/api/v1/namespaces/default/pods", R"("spec":)" + kPodSpec, true, false},
           Case{"/api/v1/nodes", R"("spec":{})", true, true},
           Case{"/api/v1/namespaces/default/services", R"("spec":{"ports":[{"port":80}]})", true,
                true},
           Case{"/apis/apps/v1/namespaces/default/replicasets",
                R"("spec":{)" + template_of_pods + "}", true, true},
           Case{kDeployments, R"("spec":{)" + template_of_pods + "}", false, true},
           Case{"/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas",
                R"("spec":{"priorityLevelConfiguration":{"name":"p"}})", false, false},
       }) {
    make(each.collection, R"({"metadata":{"name":"x"},)" + each.body + "}");
    const Answered answered = send("PATCH", each.collection + "/x/status", patch);
    ASSERT_EQ(answered.status, 200) << answered.body;
    const Json metadata = object(answered)["metadata"];
    EXPECT_EQ(metadata.contains("labels"), each.labels) << each.collection;
    EXPECT_EQ(metadata.contains("ownerReferences"), each.owners) << each.collection;
  }
  EXPECT_TRUE(
      object(send("PATCH", "/api/v1/namespaces/default/status", patch))["metadata"]["labels"]
          .contains("l"));
}

TEST_F(StrategiesTest, GenerationOfADeploymentCountsItsAnnotationsToo) {
  make(kDeployments, R"({"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},)"
                     R"("template":{"metadata":{"labels":{"a":"b"}},"spec":)" +
                         kPodSpec + "}}}");
  const auto generation = [this](const std::string& patch) {
    return object(send("PATCH", kDeployments + "/d", patch))["metadata"]["generation"].get<int>();
  };
  EXPECT_EQ(generation(R"({"metadata":{"labels":{"l":"1"}}})"), 1);
  EXPECT_EQ(generation(R"({"metadata":{"annotations":{"a":"1"}}})"), 2);
  EXPECT_EQ(generation(R"({"spec":{"replicas":2}})"), 3);
}

TEST_F(StrategiesTest, NobodyCanSayThatAnObjectIsBeingDeleted) {
  make(kConfigMaps, R"({"metadata":{"name":"c","deletionTimestamp":"2020-01-01T00:00:00Z"}})");
  const std::string when = R"("deletionTimestamp":"2020-01-01T00:00:00Z")";
  const std::string text =
      "ConfigMap \"c\" is invalid: metadata.deletionTimestamp: Invalid value: "
      "\"2020-01-01T00:00:00Z\": field is immutable";
  const Answered put = send("PUT", kConfigMaps + "/c", R"({"metadata":{"name":"c",)" + when + "}}");
  EXPECT_EQ(put.status, 422);
  EXPECT_EQ(message_of(put), text);
  EXPECT_EQ(message_of(send("PATCH", kConfigMaps + "/c", R"({"metadata":{)" + when + "}}")), text);

  make(kConfigMaps, R"({"metadata":{"name":"f","finalizers":["a.io/b"]}})");
  ASSERT_EQ(send("DELETE", kConfigMaps + "/f", "").status, 200);
  EXPECT_EQ(message_of(send("PATCH", kConfigMaps + "/f",
                            R"({"metadata":{"deletionGracePeriodSeconds":9}})")),
            "ConfigMap \"f\" is invalid: metadata.deletionGracePeriodSeconds: Invalid value: 9: "
            "field is immutable");
  EXPECT_EQ(send("PATCH", kConfigMaps + "/f", R"({"metadata":{"labels":{"l":"1"}}})").status, 200);
}

TEST_F(StrategiesTest, ANamespaceKeepsTheFinalizersItIsCreatedWith) {
  make("/api/v1/namespaces", R"({"metadata":{"name":"n"},"spec":{"finalizers":["a.io/b"]}})");
  const Json ns = object(send("GET", "/api/v1/namespaces/n", ""));
  EXPECT_EQ(ns["spec"]["finalizers"], (Json{"a.io/b", "kubernetes"}));
}

TEST_F(StrategiesTest, AnOwnerIsNamedWithItsPlaceInTheList) {
  const Answered answered = send(
      "POST", kConfigMaps,
      R"({"metadata":{"name":"o","ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n"}]}})");
  EXPECT_EQ(answered.status, 422);
  EXPECT_NE(message_of(answered).find(
                "metadata.ownerReferences[0].uid: Required value: must not be empty"),
            std::string::npos)
      << answered.body;
}

TEST_F(StrategiesTest, APutCreatesAService) {
  const std::string body = R"({"metadata":{"name":"s"},"spec":{"ports":[{"port":80}]}})";
  EXPECT_EQ(send("PUT", "/api/v1/namespaces/default/services/s", body).status, 201);
  EXPECT_EQ(send("PUT", kConfigMaps + "/s", R"({"metadata":{"name":"s"}})").status, 404);
}

}  // namespace
}  // namespace kaudit::apiserver::api
