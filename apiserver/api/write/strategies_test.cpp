// Where kinds differ in what a write does, as clients see it.
#include <string>

#include <gtest/gtest.h>

#include "apiserver/api/testing/requests.hpp"

namespace kaudit::apiserver::api {
namespace {

using testing::Answered;
using testing::kConfigMaps;
using testing::kDeployments;

const std::string kPodSpec = R"({"containers":[{"name":"c","image":"i"}]})";

class StrategiesTest : public testing::RequestsTest {
 protected:
  void make(const std::string& collection, const std::string& body) {
    const Answered made = send("POST", collection, body);
    ASSERT_EQ(made.status, 201) << made.body;
  }
  std::string message_of(const Answered& answered) { return object(answered)["message"]; }
};

TEST_F(StrategiesTest, ANodeIsMadeWithItsStatusAndKeepsItWhenItIsWritten) {
  make("/api/v1/nodes",
       R"({"metadata":{"name":"n"},"status":{"capacity":{"cpu":"1"},"phase":"Running"}})");
  const Answered put =
      send("PUT", "/api/v1/nodes/n",
           R"({"metadata":{"name":"n"},"spec":{"unschedulable":true},"status":{"phase":"Other"}})");
  EXPECT_EQ(object(put)["status"]["phase"], "Running") << put.body;
  EXPECT_EQ(object(put)["status"]["capacity"]["cpu"], "1");
  make(kDeployments, R"({"metadata":{"name":"d"},"status":{"replicas":1},"spec":{"selector":)"
                     R"({"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},)"
                     R"("spec":)" +
                         kPodSpec + "}}}");
  const Answered made = send("GET", std::string(kDeployments) + "/d", "");
  EXPECT_FALSE(object(made)["status"].contains("replicas")) << made.body;
}

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

TEST_F(StrategiesTest, ARepeatedOwnerIsStoredOnceWithAWarning) {
  const std::string owner = R"({"apiVersion":"v1","kind":"Node","name":"n","uid":"u"})";
  const Answered made =
      send("POST", kConfigMaps,
           R"({"metadata":{"name":"o","ownerReferences":[)" + owner + "," + owner + "]}}");
  EXPECT_EQ(object(made)["metadata"]["ownerReferences"].size(), 1U);
  EXPECT_EQ(made.headers.first("Warning"),
            "299 - \".metadata.ownerReferences contains duplicate entries; API server dedups owner "
            "references in 1.20+, and may reject such requests as early as 1.24; please fix your "
            "requests; duplicate UID(s) observed: u\"");
  const Json recorded = Json::parse(made.event->request_object.view());
  EXPECT_EQ(recorded["metadata"]["ownerReferences"].size(), 2U) << "events show what was sent";
}

TEST_F(StrategiesTest, CreatingOverWhatWaitsForItsFinalizersSaysSo) {
  const std::string body = R"({"metadata":{"name":"f","finalizers":["a.io/b"]}})";
  make(kConfigMaps, body);
  send("DELETE", kConfigMaps + "/f", "");
  const Answered again = send("POST", kConfigMaps, body);
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(message_of(again), "object is being deleted: configmaps \"f\" already exists");
}

TEST_F(StrategiesTest, ADryRunMayNameAVersion) {
  const std::string body = R"({"metadata":{"name":"d","resourceVersion":"5"}})";
  EXPECT_EQ(send("POST", kConfigMaps + "?dryRun=All", body).status, 201);
  EXPECT_EQ(send("POST", kConfigMaps, body).status, 500);
}

TEST_F(StrategiesTest, APatchCannotChangeTheKind) {
  make(kConfigMaps, R"({"metadata":{"name":"k"}})");
  const Answered kind = send("PATCH", kConfigMaps + "/k", R"({"kind":"Secret"})");
  EXPECT_EQ(kind.status, 422);
  EXPECT_TRUE(message_of(kind).starts_with(" \"\" is invalid: patch: Invalid value: "))
      << kind.body;
  EXPECT_TRUE(
      message_of(kind).ends_with("converting (v1.Secret) to (v1.ConfigMap): unknown conversion"))
      << kind.body;
  EXPECT_EQ(send("PATCH", kConfigMaps + "/k", R"({"apiVersion":"v2"})").status, 422);
}

TEST_F(StrategiesTest, KeysOfConfigMapsAndSecretsAreFileNames) {
  const Answered bad = send("POST", kConfigMaps, R"({"metadata":{"name":"k"},"data":{"a b":""}})");
  EXPECT_EQ(bad.status, 422);
  EXPECT_EQ(
      message_of(bad),
      "ConfigMap \"k\" is invalid: data[a b]: Invalid value: \"a b\": a valid config key must "
      "consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  "
      "or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')");
  EXPECT_EQ(send("POST", "/api/v1/namespaces/default/secrets",
                 R"({"metadata":{"name":"s"},"stringData":{"..":"x"}})")
                .status,
            422);
  EXPECT_EQ(send("POST", kConfigMaps, R"({"metadata":{"name":"k"},"data":{"A-1_b.c":""}})").status,
            201);
}

TEST_F(StrategiesTest, DeprecatedKindsWarnAndAreMarkedInTheEvent) {
  const Answered list = send("GET", "/api/v1/namespaces/default/endpoints", "");
  EXPECT_EQ(
      list.headers.first("Warning"),
      "299 - \"v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\"");
  EXPECT_EQ(list.event->annotations.at("k8s.io/deprecated"), "true");
}

TEST_F(StrategiesTest, TheLogOfAPodKnowsItsOptions) {
  const std::string pods = "/api/v1/namespaces/default/pods";
  make(pods, R"({"metadata":{"name":"p"},"spec":)" + kPodSpec + "}");
  const auto log = [&](const std::string& query) {
    return send("GET", pods + "/p/log?" + query, "");
  };
  EXPECT_EQ(log("tailLines=2&limitBytes=12").body, "p line 4\np l");
  EXPECT_EQ(message_of(log("tailLines=-1")),
            "PodLogOptions \"p\" is invalid: tailLines: Invalid value: -1: must be greater than or "
            "equal to 0");
  EXPECT_EQ(message_of(log("container=nope")), "container nope is not valid for pod p");
  EXPECT_EQ(log("previous=true").status, 400);
  EXPECT_EQ(log("container=c&timestamps=true&tailLines=1").body.find('T'), 10U);
  make(pods, R"({"metadata":{"name":"two"},"spec":{"containers":[{"name":"a","image":"i"},)"
             R"({"name":"b","image":"i"}]}})");
  EXPECT_EQ(message_of(send("GET", pods + "/two/log", "")),
            "a container name must be specified for pod two, choose one of: [a b]");
}

TEST_F(StrategiesTest, APutCreatesAService) {
  const std::string body = R"({"metadata":{"name":"s"},"spec":{"ports":[{"port":80}]}})";
  EXPECT_EQ(send("PUT", "/api/v1/namespaces/default/services/s", body).status, 201);
  EXPECT_EQ(send("PUT", kConfigMaps + "/s", R"({"metadata":{"name":"s"}})").status, 404);
}

}  // namespace
}  // namespace kaudit::apiserver::api
