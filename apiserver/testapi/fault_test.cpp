#include "apiserver/testapi/fault.hpp"

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apiserver/request/request_info.hpp"
#include "apiserver/testapi/fault_rules.hpp"
#include "apiserver/testing/fake_exchange.hpp"

namespace kaudit::apiserver::testapi {
namespace {

using objects::Json;

Result<Fault> read(const std::string& text) { return read_fault(Json::parse(text).value()); }

std::string complaint(const std::string& text) {
  const auto fault = read(text);
  return fault ? "" : fault.error().message;
}

/// A request as far as faults look at it.
struct Asked {
  Asked(const std::string& method, const std::string& target, std::string user = "alice")
      : exchange(io, request_of(method, target)), scope(exchange) {
    scope.url = request::Url::parse(method, target).value();
    scope.info = request::make_request_info(method, scope.url).value();
    scope.user.edit().username = std::move(user);
    scope.user.edit().groups = {"dev", "ops"};
  }
  static http::Request request_of(const std::string& method, const std::string& target) {
    http::Request request;
    request.method = method;
    request.target = target;
    return request;
  }
  boost::asio::io_context io;
  apiserver::testing::FakeExchange exchange;
  RequestScope scope;
};

bool fits(const std::string& match, const Asked& asked) {
  return read(R"({"match":)" + match + R"(,"action":{"status":500}})")->concerns(asked.scope);
}

TEST(Fault, IsWrittenAsItWasRead) {
  const std::string everything =
      R"({"id":"b","match":{"users":["x"],"userGroups":["g"],"verbs":["get"],"apiGroups":[""],)"
      R"("resources":["pods/log"],"namespaces":["n"],"names":["m"],"paths":["/x*"],"share":0.5},)"
      R"("times":3,"action":{"status":429,"reason":"r","message":"m","retryAfter":0,)"
      R"("delay":"1.5s"}})";
  const std::vector<std::string> texts = {
      R"({"id":"a","match":{},"action":{"status":409}})", everything,
      R"({"id":"c","match":{},"action":{"reset":"mid-body"}})",
      R"({"id":"d","match":{},"action":{"watch":{"cutAfter":0,"gone":true,"bookmarks":"drop"}}})",
      R"({"id":"e","match":{},"action":{"holdResourceVersion":true}})"};
  for (const std::string& text : texts) {
    const auto fault = read(text);
    ASSERT_TRUE(fault) << fault.error().message;
    EXPECT_EQ(fault_json(*fault).dump(), text);
  }
}

TEST(Fault, RefusesWhatIsNotUnderstoodAndNamesTheMember) {
  EXPECT_EQ(complaint(R"({"match":{}})"),
            R"(action: is missing: say what goes wrong, {"status": 503} for instance)");
  EXPECT_EQ(complaint(R"({"action":{"status":200}})"),
            "action.status: must be a whole number from 400 to 599");
  EXPECT_EQ(complaint(R"({"action":{"status":"500"}})"),
            "action.status: must be a whole number from 400 to 599");
  EXPECT_THAT(complaint(R"({"action":{"stats":500}})"),
              ::testing::StartsWith("action.stats: is not known here; there are status, "));
  EXPECT_EQ(complaint(R"({"action":{}})"),
            "action: needs one of status, delay, reset, watch, holdResourceVersion");
  EXPECT_EQ(complaint(R"({"action":{"status":500,"reset":"after"}})"),
            "action: can have one of status, reset, watch, holdResourceVersion");
  EXPECT_EQ(complaint(R"({"action":{"reset":"later"}})"),
            "action.reset: must be one of before, after, mid-body");
  EXPECT_EQ(complaint(R"({"action":{"delay":"11m"}})"),
            "action.delay: \"11m\" must be a duration from 0s to 10m");
  EXPECT_EQ(complaint(R"({"action":{"delay":"1s","retryAfter":1}})"),
            "action.status: is needed where reason, message or retryAfter are given");
  EXPECT_EQ(complaint(R"({"action":{"watch":{}}})"),
            "action.watch: needs cutAfter, gone or bookmarks");
  EXPECT_EQ(complaint(R"({"match":{"share":0},"action":{"status":500}})"),
            "match.share: must be a number above 0, at most 1");
  EXPECT_EQ(complaint(R"({"match":{"users":"a"},"action":{"status":500}})"),
            "match.users: must be a list of at most 1000 strings");
  EXPECT_EQ(complaint(R"({"match":{"users":[1]},"action":{"status":500}})"),
            R"(match.users: must be a list of strings, ["a", "b"])");
  EXPECT_EQ(complaint(R"([])"), "the fault must be an object");
}

TEST(FaultMatch, FollowsTheRulesOfAPolicy) {
  const Asked pod("GET", "/api/v1/namespaces/n/pods/p");
  const Asked log("GET", "/api/v1/namespaces/n/pods/p/log");
  const Asked health("GET", "/healthz");
  EXPECT_TRUE(fits("{}", pod) && fits("{}", health));
  EXPECT_TRUE(fits(R"({"users":["bob","alice"],"userGroups":["ops"],"verbs":["get"]})", pod));
  EXPECT_FALSE(fits(R"({"users":["bob"]})", pod));
  EXPECT_FALSE(fits(R"({"userGroups":["admins"]})", pod));
  EXPECT_TRUE(fits(R"({"apiGroups":[""],"resources":["pods"],"namespaces":["n"]})", pod));
  EXPECT_FALSE(fits(R"({"apiGroups":["apps"]})", pod));
  EXPECT_TRUE(fits(R"({"apiGroups":["*"]})", pod));
  EXPECT_FALSE(fits(R"({"apiGroups":[""]})", health)) << "it is no resource";
  EXPECT_FALSE(fits(R"({"resources":["pods"]})", log));
  EXPECT_TRUE(fits(R"({"resources":["pods/*"]})", log) && fits(R"({"resources":["*/log"]})", log));
  EXPECT_FALSE(fits(R"({"resources":["pods/*"]})", pod));
  EXPECT_TRUE(fits(R"({"names":["p"]})", log));
  EXPECT_TRUE(fits(R"({"paths":["/heal*"]})", health) && fits(R"({"paths":["/healthz"]})", health));
  EXPECT_FALSE(fits(R"({"paths":["/health"]})", health));
}

TEST(Fault, OfAWatchOnlyConcernsWatches) {
  const Fault fault = read(R"({"action":{"watch":{"gone":true}}})").value();
  EXPECT_FALSE(fault.concerns(Asked("GET", "/api/v1/pods").scope));
  EXPECT_TRUE(fault.concerns(Asked("GET", "/api/v1/pods?watch=1").scope));
}

TEST(FaultRules, HitAShareAndThenAreOver) {
  FaultRules rules;
  Fault third = read(R"({"match":{"share":0.34},"times":2,"action":{"status":500}})").value();
  ASSERT_EQ(rules.set(std::move(third), 7).value(), "fault-1");
  const Asked asked("GET", "/api/v1/pods");
  std::string hits;
  for (int i = 0; i < 9; ++i) hits += rules.hit(asked.scope) ? "x" : ".";
  EXPECT_EQ(hits, "..x..x...");
  const auto listed = rules.list();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].hits, 2U);
}

TEST(FaultRules, TheFirstThatFitsCountsAndAResetBringsBackTheOnesOfTheStart) {
  FaultRules rules(
      {read(R"({"id":"start","match":{"verbs":["list"]},"action":{"status":503}})").value()});
  rules.set(read(R"({"id":"mine","action":{"status":500}})").value(), 3).value();
  EXPECT_EQ(rules.hit(Asked("GET", "/api/v1/pods").scope)->id, "start");
  EXPECT_EQ(rules.hit(Asked("GET", "/healthz").scope)->id, "mine");
  EXPECT_EQ(rules.clear(), 2U);
  EXPECT_FALSE(rules.hit(Asked("GET", "/healthz").scope));
  rules.reset(9);
  const auto hit = rules.hit(Asked("GET", "/api/v1/pods").scope);
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->set_at, 9U);
  EXPECT_FALSE(rules.remove("mine"));
}

TEST(FaultRules, AreBounded) {
  FaultRules rules;
  for (std::size_t i = 0; i < FaultRules::kMaxFaults; ++i) {
    ASSERT_TRUE(rules.set(read(R"({"action":{"status":500}})").value(), 1));
  }
  EXPECT_FALSE(rules.set(read(R"({"action":{"status":500}})").value(), 1));
  EXPECT_TRUE(rules.set(read(R"({"id":"fault-7","action":{"status":501}})").value(), 1));
}

}  // namespace
}  // namespace kaudit::apiserver::testapi
