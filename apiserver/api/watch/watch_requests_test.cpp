#include <sstream>
#include <string>
#include <vector>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"
#include "apiserver/api/watch/watch_request.hpp"
#include "apiserver/store/testing/run.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using testing::kConfigMaps;
using testing::World;

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

TEST_F(ApiWatchTest, EndsWhatExistsWithABookmarkOfTheKind) {
  create("a", "x");
  const Answered answered =
      watch("&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
            nothing);
  const std::string version = std::to_string(world.store().resource_version());
  EXPECT_TRUE(answered.body.ends_with(
      R"({"type":"BOOKMARK","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{)"
      R"("resourceVersion":")" +
      version + R"(","annotations":{"k8s.io/initial-events-end":"true"}}}})" + "\n"))
      << answered.body;
  EXPECT_TRUE(answered.body.starts_with(R"({"type":"ADDED","object":{"kind":"ConfigMap",)"));
}

TEST_F(ApiWatchTest, BeginsWithNothingWhenAskedTo) {
  create("a", "x");
  EXPECT_EQ(watch("&sendInitialEvents=false&resourceVersionMatch=NotOlderThan", nothing).body, "");
}

TEST_F(ApiWatchTest, RefusesWhatDoesNotGoTogether) {
  const auto message = [&](const std::string& query) {
    const Answered answered = world.ask({"GET", kConfigMaps + "?watch=1" + query});
    EXPECT_EQ(answered.status, 422) << query;
    return Json::parse(answered.body)["message"].get<std::string>();
  };
  const std::string prefix = "ListOptions.meta.k8s.io \"\" is invalid: ";
  EXPECT_EQ(message("&sendInitialEvents=true"),
            prefix +
                "resourceVersionMatch: Forbidden: sendInitialEvents requires setting "
                "resourceVersionMatch to NotOlderThan");
  EXPECT_EQ(message("&resourceVersionMatch=NotOlderThan"),
            prefix +
                "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch "
                "unless sendInitialEvents is provided");
  EXPECT_EQ(message("&sendInitialEvents=true&resourceVersionMatch=Exact"),
            prefix +
                "[resourceVersionMatch: Forbidden: sendInitialEvents requires setting "
                "resourceVersionMatch to NotOlderThan, resourceVersionMatch: Unsupported value: "
                "\"Exact\": supported values: \"NotOlderThan\"]");
}

TEST_F(ApiWatchTest, RefusesAVersionToComeAndOneThatIsNone) {
  const Answered future = world.ask(
      {"GET", kConfigMaps + "?watch=1&resourceVersion=99999&sendInitialEvents=true"
                            "&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"});
  EXPECT_EQ(future.status, 504);
  EXPECT_EQ(future.headers.first("Retry-After"), "1");
  EXPECT_EQ(world.ask({"GET", kConfigMaps + "?watch=1&resourceVersion=abc"}).status, 500);
}

TEST_F(ApiWatchTest, WaitsForWhatComesBehindAVersionToCome) {
  const std::string next = std::to_string(world.store().resource_version() + 1);
  const Answered answered = watch("&resourceVersion=" + next, [this] {
    create("a", "x");
    create("b", "x");
  });
  EXPECT_EQ(answered.status, 200);
  EXPECT_EQ(events_of(answered), Events({"ADDED b"}));
}

TEST_F(ApiWatchTest, OfANameRefusesAFieldSelectorBesideIt) {
  const std::string path = "/api/v1/watch/namespaces/default/configmaps/a";
  EXPECT_EQ(world.ask({"GET", path + "?fieldSelector=metadata.name=a"}).status, 400);
}

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(FirstBookmark, IsDueAtOnceWhereThereIsNoTimeForItOtherwise) {
  const WatchRequest::Clock::time_point now{};
  EXPECT_EQ(first_bookmark(now, now + seconds(1), seconds(60)), now);
  EXPECT_EQ(first_bookmark(now, now + seconds(30), seconds(60)), now + seconds(28));
}

TEST(NextBookmark, IsRegularAndOnceShortlyBeforeTheDeadline) {
  const WatchRequest::Clock::time_point now{};
  const auto due = [&](seconds deadline) {
    return next_bookmark(now, now + deadline, seconds(60));
  };
  EXPECT_EQ(due(seconds(600)), now + seconds(60));
  EXPECT_EQ(due(seconds(61)), now + seconds(59));
  EXPECT_EQ(due(seconds(30)), now + seconds(28));
  EXPECT_EQ(due(seconds(2)), WatchRequest::Clock::time_point::max());
  EXPECT_EQ(due(seconds(1)), WatchRequest::Clock::time_point::max());
}

TEST(ApiWatchBookmarks, SayHowFarTheWatchIsThoughOthersChangeThings) {
  ApiOptions options;
  options.bookmark_period = milliseconds(1);
  World world(options);
  const std::string secrets = "/api/v1/namespaces/default/secrets";
  world.ask({"POST", secrets, {}, R"({"metadata":{"name":"s"}})"});
  const Answered answered = world.ask(
      {"GET", kConfigMaps + "?watch=1&allowWatchBookmarks=1&resourceVersion=1&timeoutSeconds=1"});
  const std::string last = answered.body.substr(answered.body.rfind('{', answered.body.size() - 6));
  EXPECT_NE(answered.body.find(R"("BOOKMARK","object":{"kind":"ConfigMap","apiVersion":"v1",)"
                               R"("metadata":{"resourceVersion":")" +
                               std::to_string(world.store().resource_version()) + R"("}})"),
            std::string::npos)
      << last;
}

TEST_F(ApiWatchTest, MakesTheLineOfAChangeOnceForAll) {
  create("a", "x");
  const std::string version = std::to_string(world.store().resource_version() - 1);
  watch("&resourceVersion=" + version, nothing);
  watch("&labelSelector=tier&resourceVersion=" + version, nothing);
  // A client that asks for the form that the watches used gets their text.
  boost::asio::io_context io;
  const auto started = store::testing::run(
      io, world.store().watch("v1/configmaps/", {std::stoull(version), io.get_executor()}));
  const auto changes =
      store::testing::run(io, started->watch->next(std::chrono::steady_clock::time_point::max()));
  ASSERT_EQ(changes.size(), 1U);
  const std::string& line = changes[0]->texts.get("json ADDED", [] { return std::string("anew"); });
  EXPECT_TRUE(line.starts_with(R"({"type":"ADDED")")) << line;
}

TEST_F(ApiWatchTest, SpeaksWebSocketWhenAskedTo) {
  create("a", "x");
  const std::vector<std::pair<std::string, std::string>> upgrade = {
      {"Connection", "Upgrade"},
      {"Upgrade", "websocket"},
      {"Sec-WebSocket-Version", "13"},
      {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
      {"Origin", "https://localhost"}};
  const Answered answered =
      world.ask({"GET", kConfigMaps + "?watch=1", upgrade}, [](RequestScope& scope) {
        auto& exchange = dynamic_cast<apiserver::testing::FakeExchange&>(scope.exchange);
        EXPECT_TRUE(exchange.hijacked_head.starts_with("HTTP/1.1 101 "));
        // A ping "hi", then a goodbye; the mask is zero.
        boost::asio::post(scope.exchange.executor(), [&exchange] {
          exchange.receive(std::string("\x89\x82\0\0\0\0hi\x88\x80\0\0\0\0", 14));
        });
      });
  ASSERT_EQ(answered.body.substr(0, 1), "\x81");
  EXPECT_NE(answered.body.find("}\n\x8a\x02hi"), std::string::npos);
  EXPECT_TRUE(answered.body.ends_with("\x88\x02\x03\xe8"));
  EXPECT_EQ(answered.event->response_status->code, 101);
}

TEST_F(ApiWatchTest, SaysInTheStreamThatAVersionIsTooOld) {
  World forgetful({}, {.history = 1});
  for (const char* name : {"a", "b"}) {
    forgetful.ask(
        {"POST", kConfigMaps, {}, R"({"metadata":{"name":")" + std::string(name) + R"("}})"});
  }
  const Answered answered = forgetful.ask({"GET", kConfigMaps + "?watch=1&resourceVersion=1"});
  EXPECT_EQ(answered.status, 200);
  const Events events = events_of(answered);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(events[0].starts_with("ERROR too old resource version: 1 (")) << events[0];
}

// (apiserver pkg/registry/generic/registry Store.Watch does not look at it)
TEST_F(ApiWatchTest, IgnoresAContinueToken) {
  create("a", "x");
  const Answered answered = watch("&continue=rubbish", nothing);
  EXPECT_EQ(answered.status, 200);
  EXPECT_EQ(events_of(answered), Events({"ADDED a"}));
}

}  // namespace
}  // namespace kaudit::apiserver::api
