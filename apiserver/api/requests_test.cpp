// What the golden cases do not show: rules between requests, and what is left to later issues.
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using testing::kConfigMaps;
using testing::kDeployments;
using testing::World;

const std::string kTemplate =
    R"("selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},)"
    R"("spec":{"containers":[{"name":"c","image":"i"}]}})";

class RequestsTest : public ::testing::Test {
 protected:
  Answered send(const std::string& method, const std::string& target, const std::string& body = "",
                const std::string& type = "application/json") {
    return world.ask({method, target, {{"Content-Type", type}}, body});
  }
  Json object(const Answered& answered) { return Json::parse(answered.body); }
  Answered patch(const std::string& target, const std::string& body) {
    return send("PATCH", target, body, "application/merge-patch+json");
  }
  Json get(const std::string& target) { return object(send("GET", target)); }

  World world;
};

TEST_F(RequestsTest, CreatesNothingInANamespaceThatIsNotThere) {
  const Answered answered =
      send("POST", "/api/v1/namespaces/nope/configmaps", R"({"metadata":{"name":"a"}})");
  EXPECT_EQ(answered.status, 404);
  EXPECT_EQ(object(answered)["message"], "namespaces \"nope\" not found");
  EXPECT_FALSE(answered.event->request_object.empty());
}

TEST_F(RequestsTest, CreatesAnywhereWhenNamespacesAreNotLookedAt) {
  World loose(ApiOptions{.store = nullptr, .namespace_check = NamespaceCheck::Off});
  EXPECT_EQ(loose
                .ask({"POST",
                      "/api/v1/namespaces/nope/configmaps",
                      {{"Content-Type", "application/json"}},
                      R"({"metadata":{"name":"a"}})"})
                .status,
            201);
}

TEST_F(RequestsTest, RefusesASleepThatItCannotUnderstandWhereItHeedsOne) {
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

TEST_F(RequestsTest, CreatesNothingInANamespaceThatGoes) {
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

TEST_F(RequestsTest, NamesWhatIsWrongWithMetadata) {
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

TEST_F(RequestsTest, AddsNoFinalizerToWhatIsBeingDeleted) {
  send("POST", kConfigMaps, R"({"metadata":{"name":"a","finalizers":["x.io/f"]}})");
  send("DELETE", kConfigMaps + "/a");
  const Answered answered =
      patch(kConfigMaps + "/a", R"({"metadata":{"finalizers":["x.io/f","x.io/g"]}})");
  EXPECT_EQ(answered.status, 422);
  EXPECT_EQ(object(answered)["message"],
            "ConfigMap \"a\" is invalid: metadata.finalizers: Forbidden: no new finalizers can be "
            "added if the object is being deleted, found new finalizers []string{\"x.io/g\"}");
}

TEST_F(RequestsTest, CreatesByPutWhereTheKindAllowsIt) {
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

TEST_F(RequestsTest, ServesKindsOfEveryGroup) {
  EXPECT_EQ(send("POST", "/apis/batch/v1/namespaces/default/jobs",
                 R"({"metadata":{"name":"j"},"spec":{"x":1.50,"template":{"spec":)"
                 R"({"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}})")
                .status,
            201);
  EXPECT_EQ(get("/apis/batch/v1/namespaces/default/jobs/j")["apiVersion"], "batch/v1");
  EXPECT_EQ(get("/apis/batch/v1/jobs")["kind"], "JobList");
}

TEST_F(RequestsTest, KeepsNamespacesApart) {
  send("POST", kConfigMaps, R"({"metadata":{"name":"a"}})");
  EXPECT_EQ(send("GET", "/api/v1/namespaces/kube-system/configmaps/a").status, 404);
  EXPECT_EQ(get("/api/v1/namespaces/kube-system/configmaps")["items"].size(), 0U);
  const Answered elsewhere =
      send("POST", kConfigMaps, R"({"metadata":{"name":"b","namespace":"kube-system"}})");
  EXPECT_EQ(elsewhere.status, 400);
  EXPECT_EQ(
      object(elsewhere)["message"],
      "the namespace of the provided object does not match the namespace sent on the request");
}

TEST_F(RequestsTest, CountsChangesOfSpecAsGenerations) {
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

TEST_F(RequestsTest, SeparatesStatusFromTheRest) {
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

TEST_F(RequestsTest, LeavesTheVersionAloneWhenNothingChanges) {
  const Json created =
      object(send("POST", kConfigMaps, R"({"metadata":{"name":"a"},"data":{"k":"v"}})"));
  const Json same =
      object(send("PUT", kConfigMaps + "/a", R"({"metadata":{"name":"a"},"data":{"k":"v"}})"));
  EXPECT_EQ(same, created);
  EXPECT_EQ(object(patch(kConfigMaps + "/a", "{}")), created);
}

TEST_F(RequestsTest, RefusesAPatchThatChangesWhatIsImmutable) {
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

TEST_F(RequestsTest, KeepsAnObjectUntilItsLastFinalizerIsGone) {
  send("POST", kConfigMaps, R"({"metadata":{"name":"a","finalizers":["x.io/f"]}})");
  const Json marked = object(send("DELETE", kConfigMaps + "/a"));
  EXPECT_EQ(marked["kind"], "ConfigMap");
  EXPECT_TRUE(marked["metadata"].contains("deletionTimestamp"));
  EXPECT_EQ(send("GET", kConfigMaps + "/a").status, 200);
  EXPECT_EQ(patch(kConfigMaps + "/a", R"({"metadata":{"finalizers":null}})").status, 200);
  EXPECT_EQ(send("GET", kConfigMaps + "/a").status, 404);
}

TEST_F(RequestsTest, RemovesANamespaceWithItsContents) {
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

TEST_F(RequestsTest, DeletesACollectionAndAnswersWhatWasThere) {
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

TEST_F(RequestsTest, DeletesNothingOfACollectionWhenOnlyAskedWhatWould) {
  send("POST", kConfigMaps, R"({"metadata":{"name":"a"}})");
  EXPECT_EQ(object(send("DELETE", kConfigMaps + "?dryRun=All"))["items"].size(), 1U);
  EXPECT_EQ(get(kConfigMaps)["items"].size(), 1U);
  EXPECT_EQ(send("DELETE", kConfigMaps, R"({"preconditions":{"uid":"x"}})").status, 409);
  EXPECT_EQ(send("DELETE", kConfigMaps + "?labelSelector=%21%21").status, 400);
  EXPECT_EQ(send("DELETE", kConfigMaps + "?limit=x").status, 400);
  EXPECT_EQ(get(kConfigMaps)["items"].size(), 1U);
}

TEST_F(RequestsTest, DeletesOnePageOfACollectionWhereThatIsAsked) {
  for (const char* name : {"a", "b", "c"}) {
    send("POST", kConfigMaps, R"({"metadata":{"name":")" + std::string(name) + R"("}})");
  }
  const Json page = object(send("DELETE", kConfigMaps + "?limit=2"));
  EXPECT_EQ(page["items"].size(), 2U);
  EXPECT_TRUE(page["metadata"].contains("continue"));
  EXPECT_EQ(get(kConfigMaps)["items"].size(), 1U);
}

TEST_F(RequestsTest, ListsInPages) {
  for (const char* name : {"a", "b", "c"}) {
    send("POST", kConfigMaps, R"({"metadata":{"name":")" + std::string(name) + R"("}})");
  }
  const Json first = get(kConfigMaps + "?limit=2");
  EXPECT_EQ(first["items"].size(), 2U);
  EXPECT_EQ(first["metadata"]["remainingItemCount"], 1);
  const std::string next = first["metadata"]["continue"];
  const Json second = get(kConfigMaps + "?limit=2&continue=" + next);
  ASSERT_EQ(second["items"].size(), 1U);
  EXPECT_EQ(second["items"][0]["metadata"]["name"], "c");
  EXPECT_EQ(second["metadata"]["resourceVersion"], first["metadata"]["resourceVersion"]);
  EXPECT_EQ(object(send("GET", kConfigMaps + "?continue=rubbish"))["message"],
            "invalid continue token: continue key is not valid: invalid character '®' looking for "
            "beginning of value");
}

TEST_F(RequestsTest, RefusesListsItCannotMake) {
  EXPECT_EQ(object(send("GET", kConfigMaps + "?fieldSelector=spec.nope=1"))["message"],
            "\"spec.nope\" is not a known field selector: only \"metadata.name\", "
            "\"metadata.namespace\"");
  EXPECT_EQ(object(send("GET", kConfigMaps + "?resourceVersion=abc"))["message"],
            "invalid resource version: resourceVersion: Invalid value: \"abc\": strconv.ParseUint: "
            "parsing \"abc\": invalid syntax");
  const Answered future = send("GET", kConfigMaps + "?resourceVersion=999999");
  EXPECT_EQ(future.status, 504);
  EXPECT_EQ(future.headers.first("Retry-After").value_or(""), "1");
}

TEST_F(RequestsTest, SaysOfAnUnreadableVersionWhatTheRealServerSaysInEachPlace) {
  const std::string why = "strconv.ParseUint: parsing \"abc\": invalid syntax";
  const std::string place = "resourceVersion: Invalid value: \"abc\": ";
  send("POST", kConfigMaps, R"({"metadata":{"name":"a"}})");
  const std::string named = R"({"metadata":{"name":"a","resourceVersion":"abc"}})";
  const auto told = [this](const Answered& answered) {
    const Json status = object(answered);
    EXPECT_EQ(status.contains("reason"), answered.status != 500);
    return std::to_string(answered.status) + " " + status["message"].get<std::string>();
  };
  EXPECT_EQ(told(send("GET", kConfigMaps + "/a?resourceVersion=abc")), "500 " + place + why);
  EXPECT_EQ(told(send("GET", kConfigMaps + "?watch=1&resourceVersion=abc")), "500 " + place + why);
  EXPECT_EQ(told(send("GET", kConfigMaps + "?resourceVersion=abc")),
            "400 invalid resource version: " + place + why);
  EXPECT_EQ(told(send("GET", "/api/v1/namespaces/default/events/a?resourceVersion=abc")),
            "400 invalid resource version: " + place + why);
  EXPECT_EQ(told(send("PUT", kConfigMaps + "/a", named)), "500 " + why);
  EXPECT_EQ(told(patch(kConfigMaps + "/a", R"({"metadata":{"resourceVersion":"abc"}})")),
            "500 " + why);
  EXPECT_EQ(
      send("POST", kConfigMaps, R"({"metadata":{"name":"b","resourceVersion":"abc"}})").status,
      201);
  EXPECT_EQ(told(send("POST", kConfigMaps, R"({"metadata":{"name":"c","resourceVersion":"5"}})")),
            "500 resourceVersion should not be set on objects to be created");
  EXPECT_EQ(send("POST", kConfigMaps, R"({"metadata":{"name":"c","resourceVersion":"0"}})").status,
            201);
}

TEST_F(RequestsTest, NamesTheFormsOrTheMediaTypesThatItHas) {
  const auto told = [this](const std::string& accept, const std::string& query = "") {
    const Answered answered = world.ask({"GET", kConfigMaps + query, {{"Accept", accept}}});
    EXPECT_EQ(answered.status, 406) << accept;
    EXPECT_TRUE(answered.event->response_object.empty());
    return object(answered)["message"].get<std::string>();
  };
  const std::string types =
      "application/json, application/yaml, application/vnd.kubernetes.protobuf";
  const std::string streams =
      ", application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";
  const std::string form = "only the following media types are accepted: " + types;
  const std::string type = "406: Not Acceptable\n\nAvailable representations: ";
  EXPECT_EQ(told("application/json;as=Table;v=v2;g=meta.k8s.io"), form);
  EXPECT_EQ(told("application/json;as=Chair;v=v1;g=meta.k8s.io", "?watch=1"), form);
  EXPECT_EQ(told("text/plain"), type + types + streams);
  EXPECT_EQ(told("text/html", "/a"), type + types);
}

TEST_F(RequestsTest, RefusesABodyThatIsTooLarge) {
  World small(ApiOptions{.store = nullptr, .body_limit = 10});
  const Answered answered = small.ask(
      {"POST", kConfigMaps, {{"Content-Type", "application/json"}}, std::string(11, ' ')});
  EXPECT_EQ(answered.status, 413);
  EXPECT_EQ(object(answered)["message"], "Request entity too large: limit is 10");
}

TEST_F(RequestsTest, SaysClearlyWhatItDoesNotDo) {
  // Clients that repeat what failed with a 5xx do not repeat this.
  EXPECT_EQ(send("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews").status, 405);
  EXPECT_EQ(send("GET", "/api/v1/namespaces/default/pods/nope/exec").status, 404);
}

TEST_F(RequestsTest, RecordsNoMoreThanItsLevel) {
  const Answered answered = world.ask({"POST",
                                       kConfigMaps,
                                       {{"Content-Type", "application/json"}},
                                       R"({"metadata":{"name":"a"}})",
                                       audit::Level::Metadata});
  EXPECT_EQ(answered.status, 201);
  EXPECT_TRUE(answered.event->request_object.empty());
  EXPECT_TRUE(answered.event->response_object.empty());
  EXPECT_EQ(answered.event->object_ref->name, "a");
}

TEST_F(RequestsTest, FollowsALogUntilTheClientLeaves) {
  send("POST", "/api/v1/namespaces/default/pods",
       R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}})");
  const auto leave = [](RequestScope& scope) {
    scope.cancellation.cancel(Cancellation::Reason::ClientGone);
  };
  const Answered answered =
      world.ask({"GET", "/api/v1/namespaces/default/pods/p/log?follow=true"}, leave);
  EXPECT_EQ(answered.body, "p line 1\n");
  EXPECT_TRUE(answered.finished);
  EXPECT_EQ(world.ask({"GET", "/api/v1/namespaces/default/pods/p/log?tailLines=2"}).body,
            "p line 4\np line 5\n");
}

}  // namespace
}  // namespace kaudit::apiserver::api
