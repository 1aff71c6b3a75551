// The filters against what the real ones did with the same requests and the same made-up handlers.
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/testing/test_chain.hpp"
#include "audit/encoder.hpp"

namespace kaudit::apiserver {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using testing::FakeExchange;
using testing::HandlerFunction;
using testing::panics;
using testing::says_ok;
using testing::TestChain;
using Json = nlohmann::ordered_json;

// The handlers that the names of the cases speak of.

awaitable<Answer> empty_object(RequestScope&) {
  return ready(Answer::text(200, "application/json", "{}"));
}
awaitable<Answer> one_letter(RequestScope&) { return ready(Answer::text(200, "text/plain", "x")); }
awaitable<Answer> no_body(RequestScope&) { return ready(Answer::text(200, "text/plain", "")); }
awaitable<Answer> nothing(RequestScope&) { return ready(Answer()); }
awaitable<Answer> unknown_path(RequestScope&) {
  return ready(Answer::text(404, "text/plain", "404"));
}
audit::Status about_pod(audit::Status status) {
  status.details.emplace();
  status.details->name = "x";
  status.details->kind = "pods";
  return status;
}
awaitable<Answer> forbidden(RequestScope& scope) {
  return ready(status_answer(scope, about_pod(failure(403, "Forbidden", "no"))));
}
awaitable<Answer> not_found(RequestScope& scope) {
  return ready(status_answer(scope, about_pod(failure(404, "NotFound", "pods \"x\" not found"))));
}
awaitable<Answer> deleted(RequestScope& scope) {
  audit::Status status;
  status.kind = "Status";
  status.api_version = "v1";
  status.status = "Success";
  status.code = 200;
  return ready(status_answer(scope, about_pod(status)));
}
awaitable<void> writes_half_and_panics(RequestScope& scope) {
  co_await scope.exchange.write("half");
  throw std::runtime_error("late");
}
awaitable<Answer> panics_late(RequestScope& scope) {
  return ready(Answer::stream(201, {}, writes_half_and_panics(scope)));
}
awaitable<void> panics_at_once() {
  throw std::runtime_error("late");
  co_return;
}
awaitable<Answer> watch_panics_late(RequestScope&) {
  return ready(Answer::stream(200, {}, panics_at_once()));
}
awaitable<Answer> aborts(RequestScope&) {
  throw std::runtime_error("net/http: abort Handler");
  co_return Answer();
}
awaitable<Answer> annotates(RequestScope& scope) {
  scope.audit->annotate("b", "1");
  scope.audit->annotate("a", "<2>");
  EXPECT_FALSE(scope.audit->annotate("a", "another value of the same key"));
  scope.audit->annotate("c", "after");
  return no_body(scope);
}
awaitable<Answer> slow(RequestScope& scope) {
  // Taken as having begun long ago, so that nobody has to wait.
  scope.received.seconds -= 2;
  return no_body(scope);
}
awaitable<Answer> interim_first(RequestScope& scope) {
  co_await scope.interim(103);
  co_return Answer::text(200, "text/plain", "");
}

const std::map<std::string, HandlerFunction>& handlers() {
  static const std::map<std::string, HandlerFunction> kHandlers = {
      {"get", empty_object},
      {"get-no-write-header", one_letter},
      {"nothing-written", nothing},
      {"watch-nothing-written", nothing},
      {"watch", empty_object},
      {"watch-forbidden", forbidden},
      {"not-found-status", not_found},
      {"not-found-status-request-response", not_found},
      {"delete-success-status", deleted},
      {"non-resource", says_ok},
      {"non-resource-404", unknown_path},
      {"panic", panics},
      {"panic-after-write", panics_late},
      {"panic-watch", watch_panics_late},
      {"abort-handler", aborts},
      {"level-none", empty_object},
      {"omit-received", empty_object},
      {"omit-complete", empty_object},
      {"omit-started-watch", empty_object},
      {"annotations", annotates},
      {"slow", slow},
      {"slow-watch", slow},
      {"status-1xx-then-200", interim_first},
      {"sink-refuses-omitted-stage", empty_object},
  };
  return kHandlers;
}

/// `{level: Metadata, omitStages: [RequestReceived]}`, the only form in these cases.
audit::Decision decision_of(const std::string& rule) {
  audit::Decision decision{.level = audit::Level::None, .omit_stages = {}, .rule = 0};
  const std::string level = rule.substr(8, rule.find_first_of(",}") - 8);
  decision.level = audit::parse_level(level).value();
  for (const audit::Stage stage : audit::kAllStages) {
    if (rule.find(to_string(stage), rule.find("omitStages") + 10) != std::string::npos &&
        rule.find("omitStages") != std::string::npos) {
      decision.omit_stages.insert(stage);
    }
  }
  return decision;
}

Json canonical(const audit::Event& event, bool random_id) {
  std::string line;
  audit::append_event(line, event);
  Json json = Json::parse(line);
  if (random_id) json["auditID"] = "UUID4";
  json["requestReceivedTimestamp"] = "TIME";
  json["stageTimestamp"] = "TIME";
  if (json.contains("annotations")) {
    for (auto& [key, value] : json["annotations"].items()) {
      if (key.starts_with("apiserver.latency.k8s.io/")) value = "DURATION";
    }
  }
  return json;
}

http::Request request_of(const Json& given) {
  http::Request request;
  request.method = given["method"];
  request.target = given["url"];
  request.peer.address = "127.0.0.1:1234";
  request.headers.add("Host", "localhost");
  request.headers.add("User-Agent", "vec");
  if (given.contains("headers") && given["headers"].is_object()) {
    for (const auto& [name, value] : given["headers"].items()) {
      request.headers.add(name, value.get<std::string>());
    }
  }
  return request;
}

/// Cases about what this server does not have: Go's switch that turns a panic into an answer, and
/// upgrades.
bool out_of_scope(const std::string& name) {
  return name.find("no-really-crash") != std::string::npos || name.starts_with("hijack");
}

/// Wants all that there is, and keeps it.
class Collector final : public ChainObserver {
 public:
  std::vector<audit::EventPtr> whole;
  void entered(const RequestScope& /*scope*/, std::string_view /*step*/,
               Clock::time_point /*at*/) noexcept override {}
  void left(const RequestScope& /*scope*/, std::string_view /*step*/, Clock::time_point /*at*/,
            const Answer* /*answer*/) noexcept override {}
  audit::Context::Collect wants(const RequestScope& /*scope*/) noexcept override {
    return audit::Context::Collect::Everything;
  }
  void collected(const audit::EventPtr& event) noexcept override { whole.push_back(event); }
};

/// Plays every case; `observer` null: nobody looks on.
void play_cases(ChainObserver* observer) {
  std::ifstream in(std::string(KAUDIT_TESTDATA) + "/stages/cases.jsonl");
  ASSERT_TRUE(in);
  int checked = 0;
  for (std::string line; std::getline(in, line);) {
    Json given = Json::parse(line);
    const std::string name = given["name"];
    if (out_of_scope(name)) continue;
    SCOPED_TRACE(name);
    ++checked;
    TestChain chain(given.value("authenticated", false) ? identity::Authentication::Authenticated
                                                        : identity::Authentication::Failed,
                    decision_of(given["policyRule"]));
    chain.sink.refuse = name == "sink-refuses";
    if (observer != nullptr) chain.watched_by(*observer);
    asio::io_context io;
    FakeExchange exchange(io, request_of(given));
    const auto handler = handlers().find(name);
    chain.handle(exchange, handler == handlers().end() ? no_body : handler->second, io);

    Json events = Json::array();
    const bool random_id = !exchange.request().headers.has("Audit-ID");
    for (const auto& event : chain.sink.events) events.push_back(canonical(*event, random_id));
    EXPECT_EQ(events.dump(), given.value("events", Json::array()).dump());
    if (given.value("clientError", false)) {
      EXPECT_TRUE(exchange.aborted);
      continue;
    }
    EXPECT_EQ(exchange.status, given["code"].get<int>());
    EXPECT_EQ(exchange.body, given.value("body", ""));
    EXPECT_EQ(exchange.headers.has("Audit-Id"), given.value("auditIDHeader", false));
  }
  EXPECT_EQ(checked, 42);
}

TEST(ChainTest, EveryKindOfRequestLeavesTheEventsThatTheRealFiltersLeave) { play_cases(nullptr); }

TEST(ChainTest, LeavesTheSameEventsWhenAnObserverHasEverythingCollected) {
  Collector collector;
  play_cases(&collector);
  EXPECT_GE(collector.whole.size(), 42U);
}

TEST(ChainTest, CollectsWhatThePolicyOmits) {
  TestChain chain(identity::Authentication::Authenticated,
                  {.level = audit::Level::None, .omit_stages = {}, .rule = 0});
  Collector collector;
  chain.watched_by(collector);
  asio::io_context io;
  FakeExchange exchange(io, {.method = "GET", .target = "/x", .headers = {}, .peer = {}});
  chain.handle(exchange, not_found, io);
  EXPECT_TRUE(chain.sink.events.empty());
  EXPECT_EQ(chain.counters.events(), 0U);
  ASSERT_EQ(collector.whole.size(), 2U);
  EXPECT_EQ(collector.whole.back()->level, "RequestResponse");
  EXPECT_EQ(collector.whole.back()->response_status->code, 404);
  EXPECT_NE(collector.whole.back()->response_object.view(), "");
}

}  // namespace
}  // namespace kaudit::apiserver
