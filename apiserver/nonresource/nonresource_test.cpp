#include "apiserver/nonresource/nonresource.hpp"

#include <exception>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/testing/fake_exchange.hpp"
#include "apiserver/testing/serve.hpp"

namespace kaudit::apiserver::nonresource {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Json = nlohmann::ordered_json;
using testing::FakeExchange;

/// One request to a NonResource handler, without filters.
class Visit {
 public:
  Visit(const std::string& method, const std::string& target,
        const std::vector<http::Header>& headers = {})
      : exchange_(io_, request(method, target, headers)), scope_(exchange_) {
    scope_.url = request::Url::parse(method, target).value();
    scope_.info = request::make_request_info(method, scope_.url).value();
  }

  Visit& recorded_at(audit::Level level) {
    context_.emplace(audit::RequestFacts{},
                     audit::Decision{.level = level, .omit_stages = {}, .rule = 0});
    scope_.audit = &*context_;
    return *this;
  }
  Visit& while_stopping() {
    stopping_ = true;
    return *this;
  }
  FakeExchange& answer() {
    const NonResource handler({.counters = &counters_,
                               .is_stopping = [this] { return stopping_; },
                               .debug_endpoints = true,
                               .server_address = [] { return "127.0.0.1:6443"; }});
    boost::asio::co_spawn(io_, testing::serve(scope_, handler.handle(scope_)),
                          [this](std::exception_ptr thrown) { thrown_ = std::move(thrown); });
    io_.run();
    return exchange_;
  }
  Json json() { return Json::parse(answer().body); }
  audit::EventPtr event() const { return context_->make_event(audit::Stage::ResponseComplete, {}); }
  RequestScope& scope() { return scope_; }
  audit::Counters& counters() { return counters_; }
  const std::exception_ptr& thrown() const { return thrown_; }

 private:
  static http::Request request(const std::string& method, const std::string& target,
                               const std::vector<http::Header>& headers) {
    http::Request made;
    made.method = method;
    made.target = target;
    for (const auto& [name, value] : headers) made.headers.add(name, value);
    return made;
  }

  boost::asio::io_context io_;
  FakeExchange exchange_;
  RequestScope scope_;
  audit::Counters counters_;
  bool stopping_ = false;
  std::optional<audit::Context> context_;
  std::exception_ptr thrown_;
};

TEST(NonResourceTest, AnUnknownPathGetsTheListOfThoseThereAre) {
  Visit root("GET", "/");
  Visit unknown("GET", "/nope");
  const std::string list = root.answer().body;
  EXPECT_EQ(root.answer().status, 200);
  EXPECT_EQ(unknown.answer().status, 404);
  EXPECT_EQ(unknown.answer().body, list);
  EXPECT_THAT(list, HasSubstr("\n    \"/apis/apps/v1\",\n"));
}

TEST(NonResourceTest, ApisListsEachGroupWithItsVersionsAndTheServersAddress) {
  const Json groups = Visit("GET", "/apis").json();
  EXPECT_EQ(groups["kind"], "APIGroupList");
  EXPECT_FALSE(groups.contains("apiVersion"));
  for (const Json& group : groups["groups"]) {
    if (group["name"] != "autoscaling") continue;
    EXPECT_EQ(
        group.dump(),
        R"({"name":"autoscaling","versions":[{"groupVersion":"autoscaling/v2","version":"v2"},)"
        R"({"groupVersion":"autoscaling/v1","version":"v1"}],)"
        R"("preferredVersion":{"groupVersion":"autoscaling/v2","version":"v2"},)"
        R"("serverAddressByClientCIDRs":[{"clientCIDR":"0.0.0.0/0","serverAddress":"127.0.0.1:6443"}]})");
    return;
  }
  FAIL() << "no group autoscaling in " << groups;
}

TEST(NonResourceTest, ACoreResourceListHasNoApiVersionAndOthersHave) {
  const Json core = Visit("GET", "/api/v1/").json();
  EXPECT_FALSE(core.contains("apiVersion"));
  EXPECT_EQ(core["groupVersion"], "v1");
  const Json apps = Visit("GET", "/apis/apps/v1").json();
  EXPECT_EQ(apps["apiVersion"], "v1");
  EXPECT_EQ(apps["groupVersion"], "apps/v1");
}

TEST(NonResourceTest, ASubresourceOfAnotherKindNamesItsGroupAndVersion) {
  const Json apps = Visit("GET", "/apis/apps/v1").json();
  for (const Json& resource : apps["resources"]) {
    if (resource["name"] != "deployments/scale") continue;
    EXPECT_EQ(
        resource.dump(),
        R"({"name":"deployments/scale","singularName":"","namespaced":true,"group":"autoscaling",)"
        R"("version":"v1","kind":"Scale","verbs":["get","patch","update"]})");
    return;
  }
  FAIL() << "no deployments/scale";
}

TEST(NonResourceTest, OnlyDiscoveryIsRecordedWithItsAnswer) {
  Visit discovery("GET", "/api");
  discovery.recorded_at(audit::Level::RequestResponse).answer();
  EXPECT_THAT(std::string(discovery.event()->response_object.view()), HasSubstr("APIVersions"));
  Visit version("GET", "/version");
  version.recorded_at(audit::Level::RequestResponse).answer();
  EXPECT_TRUE(version.event()->response_object.empty());
}

TEST(NonResourceTest, DiscoveryIsReadOnly) {
  Visit visit("POST", "/apis");
  EXPECT_EQ(visit.answer().status, 405);
  EXPECT_EQ(visit.json()["reason"], "MethodNotAllowed");
}

const std::string kV2 =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

TEST(NonResourceTest, AggregatedDiscoveryTellsAllGroupsAtOnce) {
  Visit visit("GET", "/apis", {{"Accept", kV2}});
  const Json document = visit.json();
  const http::Headers& headers = visit.answer().headers;
  EXPECT_EQ(headers.first("Content-Type"),
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
  EXPECT_EQ(headers.first("Cache-Control"), "public");
  EXPECT_EQ(headers.first("Vary"), "Accept");
  EXPECT_EQ(document["apiVersion"], "apidiscovery.k8s.io/v2");
  Json apps;
  for (const Json& group : document["items"]) {
    if (group["metadata"]["name"] == "apps") apps = group;
  }
  ASSERT_TRUE(apps.is_object());
  for (const Json& resource : apps["versions"][0]["resources"]) {
    if (resource["resource"] != "deployments") continue;
    EXPECT_EQ(
        resource.dump(),
        R"({"resource":"deployments","responseKind":{"group":"","version":"","kind":"Deployment"},)"
        R"("scope":"Namespaced","singularResource":"deployment","verbs":["create","delete",)"
        R"("deletecollection","get","list","patch","update","watch"],"shortNames":["deploy"],)"
        R"("categories":["all"],"subresources":[{"subresource":"scale","responseKind":)"
        R"({"group":"autoscaling","version":"v1","kind":"Scale"},"verbs":["get","patch","update"]},)"
        R"({"subresource":"status","responseKind":{"group":"","version":"","kind":"Deployment"},)"
        R"("verbs":["get","patch","update"]}]})");
    return;
  }
  FAIL() << "no deployments in " << apps;
}

TEST(NonResourceTest, AggregatedDiscoveryOfCoreIsOneGroupWithoutAName) {
  const Json document = Visit("GET", "/api", {{"Accept", kV2}}).json();
  ASSERT_EQ(document["items"].size(), 1U);
  EXPECT_EQ(document["items"][0]["metadata"], Json::object());
  EXPECT_EQ(document["items"][0]["versions"][0]["freshness"], "Current");
}

TEST(NonResourceTest, DiscoveryIsAggregatedWhereverTheClientNamesAFormThatItKnows) {
  const auto type_for = [](const std::string& accept) {
    Visit visit("GET", "/apis", {{"Accept", accept}});
    return std::string(visit.answer().headers.first("Content-Type").value_or(""));
  };
  const std::string v2 = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const std::string beta =
      "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList";
  EXPECT_EQ(type_for(v2 + "," + beta + ",application/json"), v2);
  EXPECT_EQ(type_for(beta + "," + v2), v2);
  // What the real server's negotiation does not take for discovery it passes over.
  EXPECT_EQ(type_for("application/json," + v2), v2);
  EXPECT_EQ(type_for(v2 + ";q=0.1,application/json"), v2);
  EXPECT_EQ(type_for("application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList," + v2),
            v2);
  // kubectl up to 1.29 knows this one only, and asks for each group then.
  EXPECT_EQ(type_for(beta + ",application/json"), "application/json");
  EXPECT_EQ(type_for("application/json;as=Table;g=meta.k8s.io;v=v1"), "application/json");
}

TEST(NonResourceTest, DiscoveryComesInTheFormatThatTheClientTakes) {
  for (const char* path : {"/api", "/apis", "/apis/apps", "/api/v1", "/apis/apps/v1"}) {
    Visit protobuf("GET", path, {{"Accept", "application/vnd.kubernetes.protobuf"}});
    EXPECT_EQ(protobuf.answer().headers.first("Content-Type"),
              "application/vnd.kubernetes.protobuf");
    EXPECT_THAT(protobuf.answer().body, StartsWith("k8s")) << path;
    Visit yaml("GET", path, {{"Accept", "application/yaml"}});
    EXPECT_THAT(yaml.answer().body, HasSubstr("kind: API")) << path;
    Visit neither("GET", path, {{"Accept", "text/html"}});
    EXPECT_EQ(neither.answer().status, 406);
    EXPECT_EQ(neither.json()["message"],
              "406: Not Acceptable\n\nAvailable representations: application/json, "
              "application/yaml, application/vnd.kubernetes.protobuf");
  }
  const std::string aggregated =
      "application/vnd.kubernetes.protobuf;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  Visit visit("GET", "/apis", {{"Accept", aggregated}});
  EXPECT_EQ(visit.answer().headers.first("Content-Type"), aggregated);
  EXPECT_THAT(visit.answer().body, StartsWith("k8s"));
}

TEST(NonResourceTest, AggregatedDiscoveryIsNotSentAgainToWhoHasIt) {
  Visit first("GET", "/apis", {{"Accept", kV2}});
  const std::string etag(first.answer().headers.first("Etag").value_or(""));
  EXPECT_EQ(etag.size(), 130U);
  Visit again("GET", "/apis", {{"Accept", kV2}, {"If-None-Match", etag}});
  again.recorded_at(audit::Level::RequestResponse);
  EXPECT_EQ(again.answer().status, 304);
  EXPECT_EQ(again.answer().body, "");
  EXPECT_TRUE(again.event()->response_object.empty());
  Visit other("GET", "/apis", {{"Accept", kV2}, {"If-None-Match", "\"other\""}});
  EXPECT_EQ(other.answer().status, 200);
}

TEST(NonResourceTest, HealthChecksNameTheirParts) {
  EXPECT_EQ(Visit("POST", "/healthz").answer().body, "ok");
  EXPECT_EQ(Visit("GET", "/readyz/ping").answer().body, "ok");
  EXPECT_EQ(Visit("GET", "/livez?verbose&exclude=etcd").answer().body,
            "[+]ping ok\n[+]log ok\n[+]etcd excluded: ok\nlivez check passed\n");
  EXPECT_EQ(Visit("GET", "/livez/nope").answer().status, 404);
}

TEST(NonResourceTest, OpenApiSpeaksProtobufToClientsThatNeedIt) {
  Visit visit("GET", "/openapi/v2",
              {{"Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"}});
  EXPECT_EQ(visit.answer().headers.first("Content-Type"),
            "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
  EXPECT_THAT(visit.answer().body, HasSubstr("\x0a\x03"
                                             "2.0\x12"));
  EXPECT_EQ(Visit("GET", "/openapi/v2").json()["swagger"], "2.0");
}

TEST(NonResourceTest, OpenApiV3IsProtobufForClientsThatTakeItFirst) {
  const std::string type = "application/com.github.proto-openapi.spec.v3";
  for (const std::string version : {"@v1.0", ".v1.0"}) {
    Visit visit("GET", "/openapi/v3/apis/apps/v1",
                {{"Accept", type + version + "+protobuf, application/json;q=0.5"}});
    EXPECT_EQ(visit.answer().headers.first("Content-Type"), type + ".v1.0+protobuf");
    EXPECT_THAT(visit.answer().body, HasSubstr("\x0a\x05"
                                               "3.0.0\x12"));
    EXPECT_EQ(visit.answer().headers.first("Etag"),
              Visit("GET", "/openapi/v3/apis/apps/v1").answer().headers.first("Etag"));
  }
  EXPECT_EQ(Visit("GET", "/openapi/v3/apis/apps/v1", {{"Accept", "text/html"}}).answer().status,
            406);
}

TEST(NonResourceTest, OnlyReadinessFailsWhileTheServerStops) {
  Visit ready("GET", "/readyz");
  const FakeExchange& answer = ready.while_stopping().answer();
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body,
            "[+]ping ok\n[+]log ok\n[+]etcd ok\n[-]shutdown failed: reason withheld\n"
            "readyz check failed\n");
  EXPECT_EQ(Visit("GET", "/healthz").while_stopping().answer().body, "ok");
  EXPECT_EQ(Visit("GET", "/livez").while_stopping().answer().status, 200);
}

TEST(NonResourceTest, MetricsShowTheAuditCountersUnderTheirRealNames) {
  Visit visit("GET", "/metrics");
  visit.counters().count_event();
  visit.counters().count_level(audit::Level::None);
  visit.counters().count_errors("log", 3);
  const std::string text = visit.answer().body;
  EXPECT_THAT(
      text,
      HasSubstr("# TYPE apiserver_audit_event_total counter\napiserver_audit_event_total 1\n"));
  EXPECT_THAT(text, HasSubstr("apiserver_audit_level_total{level=\"None\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("level=\"Metadata\"")));
  EXPECT_THAT(text, HasSubstr("apiserver_audit_error_total{plugin=\"log\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("apiserver_audit_requests_rejected_total 0\n"));
}

TEST(NonResourceTest, DebugPanicThrowsBeforeOrAfterTheFirstByte) {
  Visit before("GET", "/debug/panic");
  EXPECT_EQ(before.answer().status, 0);
  EXPECT_TRUE(before.thrown());
  Visit after("GET", "/debug/panic?after=write");
  EXPECT_EQ(after.answer().body, "partial\n");
  EXPECT_TRUE(after.thrown());
}

TEST(NonResourceTest, DebugSlowHeedsCancellationOnlyWhenAsked) {
  Visit heeds("GET", "/debug/slow?ms=600000&ctx=1");
  heeds.scope().cancellation.cancel(Cancellation::Reason::ClientGone);
  EXPECT_EQ(heeds.answer().body, "");  // the empty 200 of a handler that has no answer
  Visit ignores("GET", "/debug/slow?ms=1");
  ignores.scope().cancellation.cancel(Cancellation::Reason::ClientGone);
  EXPECT_EQ(ignores.answer().body, "slow done\n");
}

TEST(NonResourceTest, DebugStatusAnswersAsAskedAndRefusesWhatIsNoCode) {
  Visit sorry("GET", "/debug/status?code=503&body=sorry");
  EXPECT_EQ(sorry.answer().status, 503);
  EXPECT_EQ(sorry.answer().body, "sorry");
  Visit bad("GET", "/debug/status?code=abc");
  EXPECT_EQ(bad.answer().status, 400);
  EXPECT_EQ(bad.json()["message"], "parameter code=\"abc\" must be a whole number from 200 to 999");
}

TEST(NonResourceTest, DebugPathsRefuseWhatTheyDoNotUnderstand) {
  const std::pair<const char*, const char*> cases[] = {
      {"/debug/panic?after=writing", R"(parameter after="writing" must be write, or left out)"},
      {"/debug/panic?before=write",
       R"(parameter "before" is not known here: /debug/panic has after)"},
      {"/debug/slow?ms=1s", R"(parameter ms="1s" must be a whole number from 0 to 600000)"},
      {"/debug/slow?ms=-1", R"(parameter ms="-1" must be a whole number from 0 to 600000)"},
      {"/debug/slow?ms=600001", R"(parameter ms="600001" must be a whole number from 0 to 600000)"},
      {"/debug/slow?ms=", R"(parameter ms="" must be a whole number from 0 to 600000)"},
      {"/debug/slow?ms=1&ctx=yes", R"(parameter ctx="yes" must be 0 or 1)"},
      {"/debug/slow?ms=1&early=true", R"(parameter early="true" must be 0 or 1)"},
      {"/debug/slow?sleep=1",
       R"(parameter "sleep" is not known here: /debug/slow has ms, ctx, early)"},
      {"/debug/status?code=1000",
       R"(parameter code="1000" must be a whole number from 200 to 999)"},
      {"/debug/nothing?at=all", R"(parameter "at" is not known here: /debug/nothing has none)"},
  };
  for (const auto& [target, message] : cases) {
    Visit visit("GET", target);
    EXPECT_EQ(visit.answer().status, 400) << target;
    EXPECT_EQ(visit.json()["message"], message) << target;
  }
  Visit with_timeout("GET", "/debug/slow?ms=0&ctx=0&timeout=5s");
  EXPECT_EQ(with_timeout.answer().body, "slow done\n");
}

}  // namespace
}  // namespace kaudit::apiserver::nonresource
