// What is below objects: scale, eviction, binding, approval, ephemeral containers, resize,
// finalize.
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using testing::kDeployments;
using testing::World;

const std::string kPodsPath = "/api/v1/namespaces/default/pods";
const std::string kBudgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
const std::string kSigningRequests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const std::string kPodTemplate =
    R"("template":{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"c","image":"i"}]}})";

class SubresourcesTest : public ::testing::Test {
 protected:
  Answered send(const std::string& method, const std::string& target, const std::string& body = "",
                const std::string& type = "application/json") {
    return world.ask({method, target, {{"Content-Type", type}}, body});
  }
  Answered merge(const std::string& target, const std::string& body) {
    return send("PATCH", target, body, "application/merge-patch+json");
  }
  Json object(const Answered& answered) { return Json::parse(answered.body); }
  Json get(const std::string& target) { return object(send("GET", target)); }
  void make(const std::string& collection, const std::string& body) {
    const Answered made = send("POST", collection, body);
    ASSERT_EQ(made.status, 201) << made.body;
  }
  void make_deployment() {
    make(kDeployments, R"({"metadata":{"name":"d"},"spec":{"replicas":3,"selector":{"matchLabels":)"
                       R"({"app":"a"}},)" +
                           kPodTemplate + "}}");
  }
  void make_pod(const std::string& name, const std::string& more = "") {
    make(kPodsPath, R"({"metadata":{"name":")" + name + R"(","labels":{"app":"a"}},"spec":{)" +
                        more + R"("containers":[{"name":"c","image":"i"}]}})");
  }
  void run_pod(const std::string& name) {
    const Answered running =
        merge(kPodsPath + "/" + name + "/status",
              R"({"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}})");
    ASSERT_EQ(running.status, 200) << running.body;
  }
  void make_budget(int allowed) {
    make(kBudgets, R"({"metadata":{"name":"b"},"spec":{"minAvailable":1,"selector":{"matchLabels":)"
                   R"({"app":"a"}}}})");
    const Answered written = merge(
        kBudgets + "/b/status", R"({"status":{"observedGeneration":1,"disruptionsAllowed":)" +
                                    std::to_string(allowed) +
                                    R"(,"currentHealthy":2,"desiredHealthy":2,"expectedPods":2}})");
    ASSERT_EQ(written.status, 200) << written.body;
  }
  Answered evict(const std::string& name, const std::string& query = "") {
    return send("POST", kPodsPath + "/" + name + "/eviction" + query,
                R"({"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":")" + name +
                    R"(","namespace":"default"}})");
  }

  World world;
};

TEST_F(SubresourcesTest, AScaleStandsForThePartOfItsObject) {
  make_deployment();
  const Json scale = get(kDeployments + "/d/scale");
  EXPECT_EQ(scale["kind"], "Scale");
  EXPECT_EQ(scale["apiVersion"], "autoscaling/v1");
  EXPECT_EQ(scale["spec"]["replicas"], 3);
  EXPECT_EQ(scale["status"], Json::parse(R"({"replicas":0,"selector":"app=a"})"));
  EXPECT_FALSE(scale["metadata"].contains("managedFields"));

  const Answered patched = merge(kDeployments + "/d/scale", R"({"spec":{"replicas":5}})");
  EXPECT_EQ(patched.status, 200) << patched.body;
  EXPECT_EQ(object(patched)["kind"], "Scale");
  EXPECT_EQ(patched.event->object_ref->subresource, "scale");
  EXPECT_EQ(patched.event->object_ref->api_group, "apps");
  EXPECT_EQ(std::string(patched.event->request_object.view()), R"({"spec":{"replicas":5}})");
  const Json deployment = get(kDeployments + "/d");
  EXPECT_EQ(deployment["spec"]["replicas"], 5);
  EXPECT_EQ(deployment["metadata"]["generation"], 2);

  const Answered put = send(
      "PUT", kDeployments + "/d/scale",
      R"({"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"d"},"spec":{"replicas":2}})");
  EXPECT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(std::string(put.event->request_object.view()),
            R"({"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"d"},)"
            R"("spec":{"replicas":2},"status":{"replicas":0}})");
  EXPECT_EQ(get(kDeployments + "/d")["spec"]["replicas"], 2);
  bool owns_replicas = false;
  const Json after = get(kDeployments + "/d");
  for (const Json& entry : after["metadata"]["managedFields"]) {
    owns_replicas =
        owns_replicas || (entry.value("subresource", "") == "scale" &&
                          entry["fieldsV1"].dump().find("f:replicas") != std::string::npos);
  }
  EXPECT_TRUE(owns_replicas);
}

TEST_F(SubresourcesTest, AScaleIsRefusedInItsOwnName) {
  make_deployment();
  const Answered negative = merge(kDeployments + "/d/scale", R"({"spec":{"replicas":-1}})");
  EXPECT_EQ(negative.status, 422);
  EXPECT_EQ(object(negative)["message"],
            "Scale.autoscaling \"d\" is invalid: spec.replicas: Invalid value: -1: must be greater "
            "than or equal to 0");
  const Answered late = merge(kDeployments + "/d/scale",
                              R"({"metadata":{"resourceVersion":"1"},"spec":{"replicas":1}})");
  EXPECT_EQ(late.status, 409) << late.body;
  EXPECT_EQ(send("GET", kDeployments + "/nope/scale").status, 404);
  EXPECT_EQ(send("POST", kDeployments + "/d/scale", "{}").status, 405);
  const Answered applied = send(
      "PATCH", kDeployments + "/d/scale?fieldManager=m&force=true",
      R"({"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"d"},"spec":{"replicas":7}})",
      "application/apply-patch+yaml");
  EXPECT_EQ(applied.status, 200) << applied.body;
  EXPECT_EQ(object(applied)["spec"]["replicas"], 7);
}

TEST_F(SubresourcesTest, EvictionDeletesWhatNoBudgetHolds) {
  make_pod("p");
  const Answered dry = evict("p", "?dryRun=All");
  EXPECT_EQ(dry.status, 201) << dry.body;
  EXPECT_EQ(send("GET", kPodsPath + "/p").status, 200);
  const Answered evicted = evict("p");
  EXPECT_EQ(evicted.status, 201);
  EXPECT_EQ(evicted.body,
            R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","code":201})"
            "\n");
  EXPECT_EQ(evicted.event->object_ref->subresource, "eviction");
  EXPECT_EQ(Json::parse(evicted.event->request_object.view())["kind"], "Eviction");
  EXPECT_EQ(send("GET", kPodsPath + "/p").status, 404);
  EXPECT_EQ(evict("p").status, 404);
}

TEST_F(SubresourcesTest, EvictionComesInItsOldVersionToo) {
  make_pod("p");
  const Answered evicted = send(
      "POST", kPodsPath + "/p/eviction",
      R"({"apiVersion":"policy/v1beta1","kind":"Eviction","metadata":{"name":"p","namespace":"default"}})");
  EXPECT_EQ(evicted.status, 201) << evicted.body;
  EXPECT_EQ(Json::parse(evicted.event->request_object.view())["apiVersion"], "policy/v1beta1");
  const Answered other =
      send("POST", kPodsPath + "/p/eviction",
           R"({"apiVersion":"policy/v1alpha1","kind":"Eviction","metadata":{"name":"p"}})");
  EXPECT_EQ(other.status, 400) << other.body;
}

TEST_F(SubresourcesTest, EvictionHeedsTheBudget) {
  make_pod("p");
  run_pod("p");
  make_budget(0);
  const Answered held = evict("p");
  EXPECT_EQ(held.status, 429);
  EXPECT_EQ(object(held)["message"],
            "Cannot evict pod as it would violate the pod's disruption budget.");
  EXPECT_EQ(object(held)["details"]["causes"].dump(),
            R"([{"message":"The disruption budget b needs 2 healthy pods and has 2 currently",)"
            R"("reason":"DisruptionBudget"}])");
  merge(kBudgets + "/b/status", R"({"status":{"disruptionsAllowed":1}})");
  EXPECT_EQ(evict("p").status, 201);
  const Json status = get(kBudgets + "/b")["status"];
  EXPECT_EQ(status["disruptionsAllowed"], 0);
  EXPECT_TRUE(status["disruptedPods"].contains("p"));
  EXPECT_EQ(status["conditions"][0]["reason"], "InsufficientPods");
}

TEST_F(SubresourcesTest, EvictionWaitsForABudgetThatIsNotYetLookedAt) {
  make_pod("p");
  run_pod("p");
  make(kBudgets, R"({"metadata":{"name":"b"},"spec":{"selector":{"matchLabels":{"app":"a"}}}})");
  const Answered held = evict("p");
  EXPECT_EQ(held.status, 429);
  EXPECT_EQ(held.headers.first("Retry-After"), "10");
  EXPECT_EQ(object(held)["details"]["causes"][0]["message"],
            "The disruption budget b is still being processed by the server.");
  const Answered other =
      send("POST", kPodsPath + "/p/eviction",
           R"({"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"q"}})");
  EXPECT_EQ(other.status, 400);
  EXPECT_EQ(object(other)["message"], "name in URL does not match name in Eviction object");
}

TEST_F(SubresourcesTest, BindingPutsAPodOnANodeOnce) {
  make_pod("p");
  const std::string binding =
      R"({"metadata":{"name":"p","annotations":{"x":"y"}},"target":{"kind":"Node","name":"n"}})";
  const Answered bound = send("POST", kPodsPath + "/p/binding", binding);
  EXPECT_EQ(bound.status, 201) << bound.body;
  const Json pod = get(kPodsPath + "/p");
  EXPECT_EQ(pod["spec"]["nodeName"], "n");
  EXPECT_EQ(pod["metadata"]["annotations"]["x"], "y");
  EXPECT_EQ(pod["status"]["conditions"][0]["type"], "PodScheduled");
  const Answered again = send("POST", "/api/v1/namespaces/default/bindings", binding);
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(object(again)["message"],
            "Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to "
            "node \"n\"");
}

TEST_F(SubresourcesTest, ApprovalWritesConditionsAlone) {
  make(kSigningRequests,
       R"({"metadata":{"name":"r"},"spec":{"request":"Y3Ny","signerName":"a.io/s",)"
       R"("usages":["client auth"]}})");
  const Answered approved = send(
      "PUT", kSigningRequests + "/r/approval",
      R"({"metadata":{"name":"r"},"spec":{"request":"bm8=","signerName":"b.io/s"},"status":)"
      R"({"certificate":"bm8=","conditions":[{"type":"Approved","status":"True","reason":"x"}]}})");
  EXPECT_EQ(approved.status, 200) << approved.body;
  const Json request = object(approved);
  EXPECT_EQ(request["spec"]["signerName"], "a.io/s");
  EXPECT_FALSE(request["status"].contains("certificate"));
  EXPECT_TRUE(request["status"]["conditions"][0].contains("lastUpdateTime"));
  const Answered denied = merge(kSigningRequests + "/r/approval",
                                R"({"status":{"conditions":[{"type":"Approved","status":"True"},)"
                                R"({"type":"Denied","status":"True"}]}})");
  EXPECT_EQ(denied.status, 422);
  EXPECT_NE(object(denied)["message"].get<std::string>().find("mutually exclusive"),
            std::string::npos);
  const Answered issued =
      merge(kSigningRequests + "/r/status", R"({"status":{"certificate":"Yw=="}})");
  EXPECT_EQ(issued.status, 200) << issued.body;
  EXPECT_EQ(object(issued)["status"]["certificate"], "Yw==");
}

TEST_F(SubresourcesTest, EphemeralContainersAreAddedAndStay) {
  make_pod("p");
  const std::string target = kPodsPath + "/p/ephemeralcontainers";
  const Answered added = send(
      "PATCH", target,
      R"({"spec":{"ephemeralContainers":[{"name":"debug","image":"busybox","targetContainerName":"c"}]}})",
      "application/strategic-merge-patch+json");
  EXPECT_EQ(added.status, 200) << added.body;
  EXPECT_EQ(object(added)["spec"]["ephemeralContainers"][0]["name"], "debug");
  const Answered removed = merge(target, R"({"spec":{"ephemeralContainers":null}})");
  EXPECT_EQ(removed.status, 422);
  EXPECT_NE(object(removed)["message"].get<std::string>().find(
                "existing ephemeral containers \"debug\" may not be removed"),
            std::string::npos);
  EXPECT_EQ(merge(kPodsPath + "/p/resize",
                  R"({"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"1"}}}]}})")
                .status,
            200);
  EXPECT_EQ(get(kPodsPath + "/p")["spec"]["containers"][0]["image"], "i");
  EXPECT_EQ(get(kPodsPath + "/p")["spec"]["containers"][0]["resources"]["requests"]["cpu"], "1");
}

TEST_F(SubresourcesTest, FinalizeFreesANamespace) {
  send("POST", "/api/v1/namespaces",
       R"({"metadata":{"name":"n"},"spec":{"finalizers":["x.io/f"]}})");
  send("DELETE", "/api/v1/namespaces/n");
  EXPECT_EQ(get("/api/v1/namespaces/n")["status"]["phase"], "Terminating");
  const Answered freed = send("PUT", "/api/v1/namespaces/n/finalize",
                              R"({"metadata":{"name":"n"},"spec":{"finalizers":[]}})");
  EXPECT_EQ(freed.status, 200) << freed.body;
  EXPECT_EQ(send("GET", "/api/v1/namespaces/n").status, 404);
}

TEST_F(SubresourcesTest, NothingThatIsMissingIsAnswered500) {
  make_pod("p");
  EXPECT_EQ(send("GET", kPodsPath + "/p/eviction").status, 405);
  EXPECT_EQ(send("GET", kPodsPath + "/p/scale").status, 404);
  EXPECT_EQ(send("DELETE", kPodsPath + "/p/binding").status, 405);
}

}  // namespace
}  // namespace kaudit::apiserver::api
