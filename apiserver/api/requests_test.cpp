// What the golden cases do not show: rules of all requests, and what is left to later issues.
#include "apiserver/api/testing/requests.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kaudit::apiserver::api {
namespace {

using testing::Answered;
using testing::kConfigMaps;
using testing::RequestsTest;
using testing::World;

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
  const auto told = [](const Answered& answered) {
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
