// Creates, updates and patches: rules between requests that the golden cases do not show.
#include <string>

#include <gtest/gtest.h>

#include "apiserver/api/testing/requests.hpp"

namespace kaudit::apiserver::api {
namespace {

using testing::Answered;
using testing::kConfigMaps;
using testing::kDeployments;
using testing::World;

const std::string kTemplate =
    R"("selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},)"
    R"("spec":{"containers":[{"name":"c","image":"i"}]}})";

class WriteRequestsTest : public testing::RequestsTest {};

TEST_F(WriteRequestsTest, CreatesNothingInANamespaceThatIsNotThere) {
  const Answered answered =
      send("POST", "/api/v1/namespaces/nope/configmaps", R"({"metadata":{"name":"a"}})");
  EXPECT_EQ(answered.status, 404);
  EXPECT_EQ(object(answered)["message"], "namespaces \"nope\" not found");
  EXPECT_FALSE(answered.event->request_object.empty());
}

TEST_F(WriteRequestsTest, CreatesAnywhereWhenNamespacesAreNotLookedAt) {
  World loose(ApiOptions{.store = nullptr, .namespace_check = NamespaceCheck::Off});
  EXPECT_EQ(loose
                .ask({"POST",
                      "/api/v1/namespaces/nope/configmaps",
                      {{"Content-Type", "application/json"}},
                      R"({"metadata":{"name":"a"}})"})
                .status,
            201);
}

TEST_F(WriteRequestsTest, RefusesASleepThatItCannotUnderstandWhereItHeedsOne) {
  World heeding(ApiOptions{.store = nullptr, .sleep_annotation = SleepAnnotation::Heeded});
  const auto create = [](World& in, const std::string& value) {
    return in.ask(
        {"POST",
         kConfigMaps,
         {{"Content-Type", "application/json"}},
         R"({"metadata":{"name":"a","annotations":{"ref/sleep-ms":")" + value + R"("}}})"});
  };
  for (const std::string value : {"1s", "", "-1", "600001", "1.5"}) {
    const Answered answered = create(heeding, value);
    EXPECT_EQ(answered.status, 400) << value;
    EXPECT_EQ(object(answered)["message"],
              "annotation ref/sleep-ms: \"" + value +
                  "\" must be a whole number of milliseconds from 0 to 600000");
    EXPECT_FALSE(answered.event->request_object.empty());
  }
  EXPECT_EQ(create(heeding, "1").status, 201);
  EXPECT_EQ(create(world, "1s").status, 201) << "it is an annotation like any other";
}

TEST_F(WriteRequestsTest, CreatesNothingInANamespaceThatGoes) {
  send("POST", "/api/v1/namespaces",
       R"({"metadata":{"name":"n","labels":{"deletionTimestamp":"x"}}})");
  send("POST", "/api/v1/namespaces/n/configmaps",
       R"({"metadata":{"name":"held","finalizers":["x.io/f"]}})");
  send("DELETE", "/api/v1/namespaces/n");
  const Answered answered =
      send("POST", "/api/v1/namespaces/n/configmaps", R"({"metadata":{"generateName":"a-"}})");
  EXPECT_EQ(answered.status, 403);
  EXPECT_EQ(object(answered)["message"],
            "configmaps \"a-\" is forbidden: unable to create new content in namespace n because "
            "it is being terminated");
  EXPECT_EQ(object(answered)["details"]["causes"].dump(),
            R"([{"field":"metadata.namespace","message":"namespace n is being terminated",)"
            R"("reason":"NamespaceTerminating"}])");
}

TEST_F(WriteRequestsTest, NamesWhatIsWrongWithMetadata) {
  const auto message = [this](const std::string& metadata) {
    return object(send("POST", kConfigMaps, R"({"metadata":{)" + metadata + "}}"))["message"]
        .get<std::string>();
  };
  EXPECT_EQ(message(""),
            "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is "
            "required");
  EXPECT_NE(
      message(R"("generateName":"Ab-")").find("[metadata.generateName: Invalid value: \"Ab-\""),
      std::string::npos);
  EXPECT_NE(message(R"("name":"a","labels":{"k":"a b"})")
                .find("metadata.labels: Invalid value: \"a b\": a valid label must be"),
            std::string::npos);
  EXPECT_NE(message(R"("name":"a","annotations":{"-":""})")
                .find("metadata.annotations: Invalid value: \"-\": name part must consist"),
            std::string::npos);
  EXPECT_EQ(message(R"("name":"a","finalizers":["odd"])"),
            "ConfigMap \"a\" is invalid: metadata.finalizers[0]: Invalid value: \"odd\": name is "
            "neither a standard finalizer name nor is it fully qualified");
  EXPECT_NE(message(R"("name":"a","ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p"}])")
                .find("metadata.ownerReferences[0].uid: Required value: must not be empty"),
            std::string::npos);
}

TEST_F(WriteRequestsTest, AddsNoFinalizerToWhatIsBeingDeleted) {
  send("POST", kConfigMaps, R"({"metadata":{"name":"a","finalizers":["x.io/f"]}})");
  send("DELETE", kConfigMaps + "/a");
  const Answered answered =
      patch(kConfigMaps + "/a", R"({"metadata":{"finalizers":["x.io/f","x.io/g"]}})");
  EXPECT_EQ(answered.status, 422);
  EXPECT_EQ(object(answered)["message"],
            "ConfigMap \"a\" is invalid: metadata.finalizers: Forbidden: no new finalizers can be "
            "added if the object is being deleted, found new finalizers []string{\"x.io/g\"}");
}

TEST_F(WriteRequestsTest, CreatesByPutWhereTheKindAllowsIt) {
  const std::string leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases/";
  EXPECT_EQ(send("PUT", leases + "a", R"({"metadata":{"name":"a"}})").status, 201);
  EXPECT_EQ(send("PUT", leases + "b", R"({"metadata":{"name":"b","uid":"u"}})").status, 409);
  EXPECT_EQ(send("PUT", kConfigMaps + "/a", R"({"metadata":{"name":"a"}})").status, 404);
  const Answered blind = send("PUT", leases + "a", R"({"metadata":{"name":"a"}})");
  EXPECT_EQ(blind.status, 422);
  EXPECT_EQ(object(blind)["message"],
            "leases.coordination.k8s.io \"a\" is invalid: metadata.resourceVersion: Invalid value: "
            "0: must be specified for an update");
}

TEST_F(WriteRequestsTest, CountsChangesOfSpecAsGenerations) {
  send("POST", kDeployments,
       R"({"metadata":{"name":"d"},"spec":{"replicas":1,)" + kTemplate +
           R"(},"status":{"replicas":7}})");
  const Json created = get(kDeployments + "/d");
  EXPECT_EQ(created["metadata"]["generation"], 1);
  EXPECT_EQ(created["status"], Json::object());
  EXPECT_EQ(object(patch(kDeployments + "/d",
                         R"({"metadata":{"labels":{"a":"b"}}})"))["metadata"]["generation"],
            1);
  EXPECT_EQ(
      object(patch(kDeployments + "/d", R"({"spec":{"replicas":2}})"))["metadata"]["generation"],
      2);
  EXPECT_EQ(object(patch(kDeployments + "/d/status",
                         R"({"status":{"replicas":2}})"))["metadata"]["generation"],
            2);
}

TEST_F(WriteRequestsTest, SeparatesStatusFromTheRest) {
  send("POST", kDeployments,
       R"({"metadata":{"name":"d","labels":{"a":"b"}},"spec":{"replicas":1,)" + kTemplate + "}}");
  Json status = object(patch(kDeployments + "/d/status",
                             R"({"metadata":{"labels":{"a":"x"},"annotations":{"n":"1"}},)"
                             R"("spec":{"replicas":9},"status":{"replicas":1}})"));
  EXPECT_EQ(status["spec"]["replicas"], 1);
  EXPECT_EQ(status["status"]["replicas"], 1);
  EXPECT_EQ(status["metadata"]["labels"]["a"], "b");
  EXPECT_EQ(status["metadata"]["annotations"]["n"], "1");
  status = object(patch(kDeployments + "/d", R"({"spec":{"replicas":2},"status":{"replicas":9}})"));
  EXPECT_EQ(status["spec"]["replicas"], 2);
  EXPECT_EQ(status["status"]["replicas"], 1);
}

TEST_F(WriteRequestsTest, LeavesTheVersionAloneWhenNothingChanges) {
  const Json created =
      object(send("POST", kConfigMaps, R"({"metadata":{"name":"a"},"data":{"k":"v"}})"));
  const Json same =
      object(send("PUT", kConfigMaps + "/a", R"({"metadata":{"name":"a"},"data":{"k":"v"}})"));
  EXPECT_EQ(same, created);
  EXPECT_EQ(object(patch(kConfigMaps + "/a", "{}")), created);
}

TEST_F(WriteRequestsTest, RefusesAPatchThatChangesWhatIsImmutable) {
  send("POST", kConfigMaps, R"({"metadata":{"name":"a"},"data":{"k":"v"}})");
  EXPECT_EQ(patch(kConfigMaps + "/a", R"({"metadata":{"name":"b"}})").status, 400);
  EXPECT_EQ(patch(kConfigMaps + "/a", R"({"metadata":{"resourceVersion":"1"}})").status, 409);
  EXPECT_EQ(patch(kConfigMaps + "/a", R"({"kind":"Secret"})").status, 422);
  EXPECT_EQ(patch(kConfigMaps + "/a", R"({"data":{"k":1}})").status, 422);
  const Answered scalar = patch(kConfigMaps + "/a", R"("text")");
  EXPECT_EQ(scalar.status, 400);
  EXPECT_EQ(scalar.event->request_object.view(), R"("text")");
  EXPECT_EQ(object(scalar)["message"],
            "error decoding patch: json: cannot unmarshal string into Go value of type "
            "map[string]interface {}");
}

}  // namespace
}  // namespace kaudit::apiserver::api
