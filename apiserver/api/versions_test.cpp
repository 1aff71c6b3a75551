// Kinds of two versions: one object, shown in the version of the URL.
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using testing::World;

const std::string kEvents = "/api/v1/namespaces/default/events";
const std::string kNewEvents = "/apis/events.k8s.io/v1/namespaces/default/events";
const std::string kScalers1 = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
const std::string kScalers2 = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";

class VersionsTest : public ::testing::Test {
 protected:
  Answered send(const std::string& method, const std::string& target, const std::string& body = "",
                const std::string& type = "application/json") {
    return world.ask({method, target, {{"Content-Type", type}}, body});
  }
  Json object(const Answered& answered) { return Json::parse(answered.body); }
  Json get(const std::string& target) { return object(send("GET", target)); }
  Json make(const std::string& collection, const std::string& body) {
    const Answered made = send("POST", collection, body);
    EXPECT_EQ(made.status, 201) << made.body;
    return object(made);
  }

  World world;
};

TEST_F(VersionsTest, EventsAreTheSameInBothGroups) {
  make(kEvents, R"({"metadata":{"name":"e"},"involvedObject":{"kind":"Pod","name":"p",)"
                R"("namespace":"default"},"reason":"R","message":"m","count":3,"source":)"
                R"({"component":"c"},"reportingComponent":"r"})");
  const Json event = get(kNewEvents + "/e");
  EXPECT_EQ(event["apiVersion"], "events.k8s.io/v1");
  EXPECT_EQ(event["regarding"]["name"], "p");
  EXPECT_EQ(event["note"], "m");
  EXPECT_EQ(event["deprecatedCount"], 3);
  EXPECT_EQ(event["deprecatedSource"]["component"], "c");
  EXPECT_EQ(event["reportingController"], "r");
  EXPECT_FALSE(event.contains("involvedObject"));
  EXPECT_EQ(event["metadata"]["uid"], get(kEvents + "/e")["metadata"]["uid"]);

  const Json list = get(kNewEvents + "?fieldSelector=regarding.name=p");
  EXPECT_EQ(list["kind"], "EventList");
  EXPECT_EQ(list["apiVersion"], "events.k8s.io/v1");
  ASSERT_EQ(list["items"].size(), 1U);
  EXPECT_EQ(list["items"][0]["note"], "m");
  EXPECT_EQ(get(kNewEvents + "?fieldSelector=regarding.name=q")["items"].size(), 0U);

  const Answered patched =
      send("PATCH", kNewEvents + "/e", R"({"note":"n"})", "application/merge-patch+json");
  EXPECT_EQ(patched.status, 200) << patched.body;
  EXPECT_EQ(object(patched)["note"], "n");
  EXPECT_EQ(get(kEvents + "/e")["message"], "n");
  EXPECT_EQ(send("DELETE", kNewEvents + "/e").status, 200);
  EXPECT_EQ(send("GET", kEvents + "/e").status, 404);
}

TEST_F(VersionsTest, AnAutoscalerKeepsInAnnotationsWhatVersion1CannotSay) {
  const std::string metrics =
      R"([{"type":"Resource","resource":{"name":"memory","target":{"type":"Utilization",)"
      R"("averageUtilization":60}}},{"type":"Resource","resource":{"name":"cpu","target":)"
      R"({"type":"Utilization","averageUtilization":50}}}])";
  make(kScalers2, R"({"metadata":{"name":"h"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1",)"
                  R"("kind":"Deployment","name":"d"},"maxReplicas":3,"metrics":)" +
                      metrics +
                      R"(,"behavior":{"scaleDown":{"stabilizationWindowSeconds":5,"policies":)"
                      R"([{"type":"Pods","value":1,"periodSeconds":15}]}}}})");
  const Json one = get(kScalers1 + "/h");
  EXPECT_EQ(one["apiVersion"], "autoscaling/v1");
  EXPECT_EQ(one["spec"]["targetCPUUtilizationPercentage"], 50);
  EXPECT_EQ(one["metadata"]["annotations"]["autoscaling.alpha.kubernetes.io/metrics"],
            R"([{"type":"Resource","resource":{"name":"memory","targetAverageUtilization":60}}])");
  EXPECT_TRUE(one["metadata"]["annotations"].contains("autoscaling.alpha.kubernetes.io/behavior"));

  // Written back as it was read, it has lost nothing.
  const Answered back = send("PUT", kScalers1 + "/h", one.dump());
  EXPECT_EQ(back.status, 200) << back.body;
  const Json two = get(kScalers2 + "/h");
  EXPECT_EQ(two["spec"]["metrics"], Json::parse(metrics));
  EXPECT_EQ(two["spec"]["behavior"]["scaleDown"]["stabilizationWindowSeconds"], 5);
  EXPECT_FALSE(two["metadata"].contains("annotations"));
}

TEST_F(VersionsTest, AnAutoscalerOfVersion1HasItsMetricInVersion2) {
  const Json made = make(
      kScalers1, R"({"metadata":{"name":"h"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1",)"
                 R"("kind":"Deployment","name":"d"},"maxReplicas":3,)"
                 R"("targetCPUUtilizationPercentage":70}})");
  EXPECT_EQ(made["apiVersion"], "autoscaling/v1");
  const Json two = get(kScalers2 + "/h");
  EXPECT_EQ(two["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"], 70);
  const Answered bad = send("POST", kScalers1,
                            R"({"metadata":{"name":"i"},"spec":{"scaleTargetRef":{"kind":"D",)"
                            R"("name":"d"},"maxReplicas":0}})");
  EXPECT_EQ(bad.status, 422);
}

TEST_F(VersionsTest, AWatchShowsTheVersionOfItsUrl) {
  make(kEvents, R"({"metadata":{"name":"e"},"involvedObject":{"name":"p","namespace":"default"},)"
                R"("message":"m"})");
  std::string seen;
  world.on_write = [&seen](std::string_view piece) { seen += piece; };
  const Answered watched =
      send("GET", kNewEvents + "?watch=true&timeoutSeconds=1&allowWatchBookmarks=true");
  EXPECT_EQ(watched.status, 200);
  EXPECT_NE(watched.body.find(R"("note":"m")"), std::string::npos) << watched.body;
  EXPECT_EQ(watched.body.find("\"involvedObject\""), std::string::npos);
}

}  // namespace
}  // namespace kaudit::apiserver::api
