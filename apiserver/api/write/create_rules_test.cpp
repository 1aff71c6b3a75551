// What a create adds after decoding: in the answer, not in the event's requestObject.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using testing::World;

class CreateRulesTest : public ::testing::Test {
 protected:
  Json post(const std::string& path, const std::string& body) {
    answered_ = world_.ask({"POST", path, {{"Content-Type", "application/json"}}, body});
    EXPECT_EQ(answered_.status, 201) << answered_.body;
    return Json::parse(answered_.body);
  }
  World world_;
  Answered answered_;
};

const std::string kDefault = "/api/v1/namespaces/default/";

TEST_F(CreateRulesTest, APodWaitsInItsClassAndToleratesLostNodesForAWhile) {
  const Json pod = post(
      kDefault + "pods",
      R"({"metadata":{"name":"p"},"spec":{"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists"}],)"
      R"("containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"1"}}}]}})");
  EXPECT_EQ(pod["status"], Json::parse(R"({"phase":"Pending","qosClass":"Burstable"})"));
  EXPECT_EQ(pod["spec"]["serviceAccountName"], "default");
  EXPECT_EQ(pod["spec"]["serviceAccount"], "default");
  EXPECT_EQ(pod["spec"]["priority"], 0);
  ASSERT_EQ(pod["spec"]["tolerations"].size(), 2U);
  EXPECT_EQ(pod["spec"]["tolerations"][1]["key"], "node.kubernetes.io/unreachable");
  EXPECT_EQ(pod["spec"]["tolerations"][1]["tolerationSeconds"], 300);
  const Json asked = Json::parse(answered_.event->request_object.view());
  EXPECT_FALSE(asked["spec"].contains("priority"));
  EXPECT_FALSE(asked["status"].contains("phase"));
}

TEST_F(CreateRulesTest, APodsClassFollowsFromItsLimits) {
  const auto class_of = [&](const std::string& name, const std::string& resources) {
    return post(kDefault + "pods",
                R"({"metadata":{"name":")" + name +
                    R"("},"spec":{"containers":[{"name":"c","image":"i","resources":)" + resources +
                    "}]}}")["status"]["qosClass"];
  };
  EXPECT_EQ(class_of("a", "{}"), "BestEffort");
  EXPECT_EQ(class_of("b", R"({"limits":{"cpu":"1","memory":"1Gi"}})"), "Guaranteed");
  EXPECT_EQ(class_of("c", R"({"limits":{"cpu":"1"}})"), "Burstable");
}

TEST_F(CreateRulesTest, AServiceGetsItsAddresses) {
  const Json service =
      post(kDefault + "services",
           R"({"metadata":{"name":"s"},"spec":{"type":"NodePort","ports":[{"port":80}]}})");
  const Json& spec = service["spec"];
  EXPECT_THAT(spec["clusterIP"].get<std::string>(), ::testing::StartsWith("10."));
  EXPECT_EQ(spec["clusterIPs"], Json::array({spec["clusterIP"]}));
  EXPECT_EQ(spec["ipFamilies"], Json::array({"IPv4"}));
  EXPECT_EQ(spec["ipFamilyPolicy"], "SingleStack");
  EXPECT_GE(spec["ports"][0]["nodePort"].get<int>(), 30'000);
  EXPECT_LT(spec["ports"][0]["nodePort"].get<int>(), 32'768);
  EXPECT_EQ(post(kDefault + "services",
                 R"({"metadata":{"name":"h"},"spec":{"clusterIP":"None","ports":[{"port":80}]}})")
                ["spec"]["clusterIPs"],
            Json::array({"None"}));
  EXPECT_FALSE(
      post(kDefault + "services",
           R"({"metadata":{"name":"e"},"spec":{"type":"ExternalName","externalName":"x"}})")["spec"]
          .contains("clusterIP"));
}

TEST_F(CreateRulesTest, AJobSelectsItsPodsByItsUid) {
  const Json job = post(
      "/apis/batch/v1/namespaces/default/jobs",
      R"({"metadata":{"generateName":"j-"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}})");
  const Json& uid = job["metadata"]["uid"];
  EXPECT_EQ(job["spec"]["selector"]["matchLabels"]["batch.kubernetes.io/controller-uid"], uid);
  const Json& labels = job["spec"]["template"]["metadata"]["labels"];
  EXPECT_EQ(labels["controller-uid"], uid);
  EXPECT_EQ(labels["job-name"], job["metadata"]["name"]);
}

TEST_F(CreateRulesTest, AClaimSaysWhereItsDataComesFromInBothWays) {
  const auto spec = [this](const std::string& source) {
    return post("/api/v1/namespaces/default/persistentvolumeclaims",
                R"({"metadata":{"generateName":"c-"},"spec":{"accessModes":["ReadWriteOnce"],)"
                R"("resources":{"requests":{"storage":"1Gi"}},)" +
                    source + "}}")["spec"];
  };
  const std::string claim = R"({"apiGroup":null,"kind":"PersistentVolumeClaim","name":"other"})";
  const std::string snapshot =
      R"({"apiGroup":"snapshot.storage.k8s.io","kind":"VolumeSnapshot","name":"s"})";
  for (const std::string& source : {claim, snapshot}) {
    for (const char* member : {"dataSource", "dataSourceRef"}) {
      const Json made = spec("\"" + std::string(member) + "\":" + source);
      EXPECT_EQ(made["dataSource"].dump(), source) << member;
      EXPECT_EQ(made["dataSourceRef"].dump(), source) << member;
    }
  }
  // The old member means nothing else.
  const Json other = spec(R"("dataSource":{"apiGroup":"x.y","kind":"Z","name":"n"})");
  EXPECT_FALSE(other.contains("dataSource"));
  EXPECT_FALSE(other.contains("dataSourceRef"));
}

TEST_F(CreateRulesTest, ACertificateRequestIsWhosoeverAsks) {
  const Json csr =
      post("/apis/certificates.k8s.io/v1/certificatesigningrequests",
           R"({"metadata":{"name":"c"},"spec":{"signerName":"example.com/b",)"
           R"("usages":["digital signature"],"username":"liar","request":")"
           "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlHT01FSUNBUUF3RHpFTk1Bc0dB"
           "MVVFQXd3RWFtRnVaVEFxTUFVR0F5dGxjQU1oQURPdHZiNFpIRDVSVGVNVgovWm9rd0wweXZLT1dC"
           "OXMyNzIzbXNBOXp3Rkdmb0FBd0JRWURLMlZ3QTBFQVg3RC81OXRNblZJM01uajd2SnIrCkx1RElX"
           "WEF0Z3lTeDJENnJ2VGQ5c2JlaE9sa0hZQ2wvNjFCcTEzcmlJQWk3VUpsbUlaLzR6dmMySWQ0L1N2"
           "RGoKQmc9PQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K"
           R"("}})");
  EXPECT_NE(csr["spec"].value("username", ""), "liar");
}

}  // namespace
}  // namespace kaudit::apiserver::api
