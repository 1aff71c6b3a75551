#include <sstream>
#include <string>
#include <vector>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using testing::World;

const std::string kConfigMaps = "/api/v1/namespaces/default/configmaps";

// `ADDED a`, `DELETED b` …
std::vector<std::string> events_of(const Answered& answered) {
  std::vector<std::string> events;
  std::istringstream in(answered.body);
  for (std::string line; std::getline(in, line);) {
    const Json event = Json::parse(line);
    const Json& object = event["object"];
    events.push_back(event["type"].get<std::string>() + " " +
                     (object.contains("code") ? object["message"].get<std::string>()
                                              : object["metadata"]["name"].get<std::string>()));
  }
  return events;
}

using Events = std::vector<std::string>;

class ApiWatchTest : public ::testing::Test {
 protected:
  Answered send(const std::string& method, const std::string& target, const std::string& body) {
    const bool patch = method == "PATCH";
    return world.ask(
        {method,
         target,
         {{"Content-Type", patch ? "application/merge-patch+json" : "application/json"}},
         body});
  }
  void create(const std::string& name, const std::string& tier) {
    send("POST", kConfigMaps,
         R"({"metadata":{"name":")" + name + R"(","labels":{"tier":")" + tier + R"("}}})");
  }
  void relabel(const std::string& name, const std::string& tier) {
    send("PATCH", kConfigMaps + "/" + name,
         R"({"metadata":{"labels":{"tier":")" + tier + R"("}}})");
  }
  // Watches while `changes` are made, and leaves.
  template <typename Changes>
  Answered watch(const std::string& query, Changes changes) {
    return world.ask({"GET", kConfigMaps + "?watch=1" + query}, [&](RequestScope& scope) {
      changes();
      boost::asio::post(scope.exchange.executor(),
                        [&scope] { scope.cancellation.cancel(Cancellation::Reason::ClientGone); });
    });
  }
  static void nothing() {}

  World world;
};

TEST_F(ApiWatchTest, BeginsWithWhatExists) {
  create("a", "x");
  const Answered answered = watch("", nothing);
  EXPECT_EQ(answered.status, 200);
  EXPECT_EQ(events_of(answered), Events({"ADDED a"}));
  EXPECT_TRUE(answered.finished);
  EXPECT_TRUE(answered.event->response_object.empty());
}

TEST_F(ApiWatchTest, ReplaysWhatHappenedBehindAVersion) {
  create("a", "x");
  const std::string version = std::to_string(world.store().resource_version());
  relabel("a", "y");
  create("b", "x");
  send("DELETE", kConfigMaps + "/a", "");
  EXPECT_EQ(events_of(watch("&resourceVersion=" + version, nothing)),
            Events({"MODIFIED a", "ADDED b", "DELETED a"}));
}

TEST_F(ApiWatchTest, ShowsChangesOfASelectionAsComingAndGoing) {
  create("a", "x");
  create("b", "y");
  const std::string version = std::to_string(world.store().resource_version());
  relabel("a", "y");
  relabel("b", "x");
  send("PATCH", kConfigMaps + "/b", R"({"data":{"k":"v"}})");
  send("DELETE", kConfigMaps + "/a", "");
  EXPECT_EQ(events_of(watch("&labelSelector=tier%3Dx&resourceVersion=" + version, nothing)),
            Events({"DELETED a", "ADDED b", "MODIFIED b"}));
}

TEST_F(ApiWatchTest, EndsProperlyWhenItsTimeIsOver) {
  const Answered answered = world.ask({"GET", kConfigMaps + "?watch=1&timeoutSeconds=1"});
  EXPECT_EQ(answered.status, 200);
  EXPECT_TRUE(answered.finished);
  EXPECT_EQ(answered.body, "");
}

TEST_F(ApiWatchTest, RefusesInitialEventsThatNoBookmarkWouldEnd) {
  const Answered answered = world.ask(
      {"GET", kConfigMaps + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"});
  EXPECT_EQ(answered.status, 422);
  EXPECT_EQ(answered.event->response_status->reason, "Invalid");
}

TEST_F(ApiWatchTest, SaysInTheStreamThatAVersionIsTooOld) {
  World forgetful({}, {.history = 1});
  for (const char* name : {"a", "b"}) {
    forgetful.ask(
        {"POST", kConfigMaps, {}, R"({"metadata":{"name":")" + std::string(name) + R"("}})"});
  }
  const Answered answered = forgetful.ask({"GET", kConfigMaps + "?watch=1&resourceVersion=4"});
  EXPECT_EQ(answered.status, 200);
  const Events events = events_of(answered);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(events[0].starts_with("ERROR too old resource version: 4 (")) << events[0];
}

}  // namespace
}  // namespace kaudit::apiserver::api
