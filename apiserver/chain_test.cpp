// The filters against what the real ones did with the same requests and the same made-up handlers.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/answer.hpp"
#include "apiserver/filters/filters.hpp"
#include "apiserver/send_answer.hpp"
#include "apiserver/testing/fake_exchange.hpp"
#include "audit/encoder.hpp"

namespace kaudit::apiserver {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using Json = nlohmann::ordered_json;
using HandlerFunction = awaitable<Answer> (*)(RequestScope&);

/// Keeps every event; refuses all when told to.
class RecordingSink final : public audit::Sink {
 public:
  bool refuse = false;
  std::vector<audit::EventPtr> events;
  std::function<void(const audit::Event&)> on_event;
  bool process(std::span<const audit::EventPtr> given) override {
    if (refuse) return false;
    for (const audit::EventPtr& event : given) {
      if (on_event) on_event(*event);
    }
    events.insert(events.end(), given.begin(), given.end());
    return true;
  }
};

class OneRule final : public audit::Evaluator {
 public:
  explicit OneRule(audit::Decision decision) : decision_(decision) {}
  audit::Decision evaluate(const audit::Attributes&) const noexcept override { return decision_; }

 private:
  audit::Decision decision_;
};

class AliceOrNobody final : public identity::Authenticator {
 public:
  explicit AliceOrNobody(identity::Authentication outcome) : outcome_(outcome) {}
  identity::AuthenticationResult authenticate(const http::Request&) const override {
    identity::AuthenticationResult result{.outcome = outcome_, .user = {}};
    if (outcome_ == identity::Authentication::Authenticated) {
      result.user.edit().username = "alice";
      result.user.edit().groups = {"dev"};
    }
    return result;
  }

 private:
  identity::Authentication outcome_;
};

// The handlers that the names of the cases speak of.

awaitable<Answer> empty_object(RequestScope&) {
  return ready(Answer::text(200, "application/json", "{}"));
}
awaitable<Answer> one_letter(RequestScope&) { return ready(Answer::text(200, "text/plain", "x")); }
awaitable<Answer> no_body(RequestScope&) { return ready(Answer::text(200, "text/plain", "")); }
awaitable<Answer> nothing(RequestScope&) { return ready(Answer()); }
awaitable<Answer> says_ok(RequestScope&) { return ready(Answer::text(200, "text/plain", "ok")); }
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
awaitable<Answer> panics(RequestScope&) {
  throw std::runtime_error("boom <1>");
  co_return Answer();
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

/// The chain up to what these cases were made with: without impersonation and authorization.
constexpr Step kSteps[] = {{"audit_id", filters::audit_id},
                           {"panic_recovery", filters::panic_recovery},
                           {"request_info", filters::request_info},
                           {"cache_control", filters::cache_control},
                           {"request_deadline", filters::request_deadline},
                           {"timeout", filters::timeout},
                           {"authentication", filters::authentication},
                           {"audit", filters::audit}};

/// The chain's edge.
awaitable<void> serve(RequestScope& scope, Next chain) {
  Answer answer = co_await chain(scope);
  co_await send_answer(scope, std::move(answer));
}

class Pipeline {
 public:
  explicit Pipeline(const audit::Decision& decision, identity::Authentication outcome) {
    services_.policy = std::make_shared<OneRule>(decision);
    services_.sink = &sink;
    services_.counters = &counters;
    services_.authenticator = std::make_shared<AliceOrNobody>(outcome);
    services_.long_running = &long_running_;
  }
  void handle(testing::FakeExchange& exchange, HandlerFunction handler, asio::io_context& io) {
    services_.handler = handler;
    RequestScope scope(exchange);
    scope.received = Timestamp::now();
    auto url = request::Url::parse(exchange.request().method, exchange.request().target);
    ASSERT_TRUE(url) << url.error().message;
    scope.url = *std::move(url);
    asio::co_spawn(io, serve(scope, Next(kSteps, services_)), asio::detached);
    io.run();
  }

  void watched_by(ChainObserver& observer) { services_.observer = &observer; }

  RecordingSink sink;
  audit::Counters counters;

 private:
  Services services_;
  LongRunningRequests long_running_;
};

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
    Pipeline pipeline(decision_of(given["policyRule"]),
                      given.value("authenticated", false) ? identity::Authentication::Authenticated
                                                          : identity::Authentication::Failed);
    pipeline.sink.refuse = name == "sink-refuses";
    if (observer != nullptr) pipeline.watched_by(*observer);
    asio::io_context io;
    testing::FakeExchange exchange(io, request_of(given));
    const auto handler = handlers().find(name);
    pipeline.handle(exchange, handler == handlers().end() ? no_body : handler->second, io);

    Json events = Json::array();
    const bool random_id = !exchange.request().headers.has("Audit-ID");
    for (const auto& event : pipeline.sink.events) events.push_back(canonical(*event, random_id));
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
  Pipeline pipeline({.level = audit::Level::None, .omit_stages = {}, .rule = 0},
                    identity::Authentication::Authenticated);
  Collector collector;
  pipeline.watched_by(collector);
  asio::io_context io;
  testing::FakeExchange exchange(io, {.method = "GET", .target = "/x", .headers = {}, .peer = {}});
  pipeline.handle(exchange, not_found, io);
  EXPECT_TRUE(pipeline.sink.events.empty());
  EXPECT_EQ(pipeline.counters.events(), 0U);
  ASSERT_EQ(collector.whole.size(), 2U);
  EXPECT_EQ(collector.whole.back()->level, "RequestResponse");
  EXPECT_EQ(collector.whole.back()->response_status->code, 404);
  EXPECT_NE(collector.whole.back()->response_object.view(), "");
}

TEST(ChainTest, ARefusedRequestIsCountedAndItsHandlerDoesNotRun) {
  Pipeline pipeline({.level = audit::Level::Metadata, .omit_stages = {}, .rule = 0},
                    identity::Authentication::Authenticated);
  pipeline.sink.refuse = true;
  asio::io_context io;
  testing::FakeExchange exchange(
      io, {.method = "GET", .target = "/x?a=<b>&c", .headers = {}, .peer = {}});
  pipeline.handle(exchange, panics, io);
  EXPECT_EQ(exchange.status, 500);
  EXPECT_EQ(exchange.body,
            "Internal Server Error: \"/x?a=&lt;b&gt;&amp;c\": failed to store audit event\n");
  EXPECT_FALSE(exchange.aborted);
  EXPECT_EQ(pipeline.counters.rejected(), 1U);
}

/// The filter on its own, with a request under way for as long as the test wants.
class InFlight : public ::testing::Test {
 protected:
  testing::FakeExchange& ask(const std::string& method, const std::string& target,
                             const std::string& group, HandlerFunction handler) {
    services.handler = handler;
    exchanges.push_back(std::make_unique<testing::FakeExchange>(
        io, http::Request{.method = method, .target = target, .headers = {}, .peer = {}}));
    scopes.push_back(std::make_unique<RequestScope>(*exchanges.back()));
    RequestScope& scope = *scopes.back();
    scope.url = request::Url::parse(method, target).value();
    scope.info = request::make_request_info(method, scope.url).value();
    scope.user.edit().groups = {group};
    asio::co_spawn(io, serve(scope, Next(kInFlight, services)), asio::detached);
    io.restart();
    io.poll();
    return *exchanges.back();
  }
  void end_all() {
    for (const auto& scope : scopes) scope->cancellation.cancel(Cancellation::Reason::ClientGone);
    io.restart();
    io.run();
  }
  static awaitable<Answer> waits(RequestScope& scope) {
    co_await scope.cancellation.sleep_for(std::chrono::hours(1));
    co_return Answer::text(200, "text/plain", "");
  }
  static awaitable<void> waits_for_its_end(RequestScope& scope) {
    co_await scope.cancellation.sleep_for(std::chrono::hours(1));
  }
  static awaitable<Answer> streams(RequestScope& scope) {
    return ready(Answer::stream(200, {}, waits_for_its_end(scope)));
  }

  static Services with(InFlightLimits& limits) {
    Services services;
    services.in_flight = &limits;
    return services;
  }

  static constexpr Step kInFlight[] = {{"in_flight", filters::in_flight}};
  asio::io_context io;
  InFlightLimits limits{1, 1};
  Services services = with(limits);
  std::vector<std::unique_ptr<testing::FakeExchange>> exchanges;
  std::vector<std::unique_ptr<RequestScope>> scopes;
};

TEST_F(InFlight, RefusesWhatIsMoreThanTheLimitOfItsKind) {
  const std::string path = "/api/v1/namespaces/n/configmaps";
  ask("GET", path, "dev", waits);
  const auto& refused = ask("GET", path, "dev", says_ok);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body, "Too many requests, please try again later.\n");
  EXPECT_EQ(refused.headers.first("Retry-After"), "1");
  EXPECT_EQ(refused.headers.first("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(ask("GET", "/healthz", "dev", says_ok).status, 429);
  EXPECT_EQ(ask("POST", path, "dev", says_ok).status, 200);
  EXPECT_EQ(ask("GET", path + "?watch=1", "dev", says_ok).status, 200);
  EXPECT_EQ(ask("GET", path, "system:masters", says_ok).status, 200);
  end_all();
  EXPECT_EQ(ask("GET", path, "dev", says_ok).status, 200);
}

TEST_F(InFlight, CountsAStreamUntilItsBodyHasEnded) {
  ask("GET", "/healthz", "dev", streams);
  EXPECT_EQ(ask("GET", "/healthz", "dev", says_ok).status, 429);
  end_all();
  EXPECT_EQ(ask("GET", "/healthz", "dev", says_ok).status, 200);
}

TEST_F(InFlight, HasNoLimitAtZero) {
  InFlightLimits none{0, 0};
  services.in_flight = &none;
  for (int i = 0; i < 3; ++i) ask("GET", "/healthz", "dev", waits);
  EXPECT_EQ(ask("GET", "/healthz", "dev", says_ok).status, 200);
  end_all();
}

awaitable<Answer> answers_whole(RequestScope&) {
  return ready(Answer::text(200, "text/plain", "done"));
}
awaitable<void> writes_pieces(RequestScope& scope) {
  co_await scope.exchange.write("do");
  co_await scope.exchange.write("ne");
}
awaitable<Answer> answers_in_pieces(RequestScope& scope) {
  return ready(Answer::stream(200, {}, writes_pieces(scope)));
}

TEST(ChainTest, WhoHasTheWholeAnswerHasTheLastEventToo) {
  for (const HandlerFunction handler : {answers_whole, answers_in_pieces}) {
    Pipeline pipeline({.level = audit::Level::Metadata, .omit_stages = {}, .rule = 0},
                      identity::Authentication::Authenticated);
    asio::io_context io;
    testing::FakeExchange exchange(io,
                                   {.method = "GET", .target = "/x", .headers = {}, .peer = {}});
    pipeline.sink.on_event = [&exchange](const audit::Event& event) {
      EXPECT_FALSE(exchange.finished) << event.stage;
    };
    pipeline.handle(exchange, handler, io);
    EXPECT_EQ(pipeline.sink.events.size(), 2U);
    EXPECT_TRUE(exchange.finished);
    EXPECT_EQ(exchange.status, 200);
    EXPECT_EQ(exchange.body, "done");
  }
}

awaitable<void> waits_until_cancelled(RequestScope& scope) {
  const bool whole = co_await scope.cancellation.sleep_for(std::chrono::hours(1));
  EXPECT_FALSE(whole);
}
awaitable<Answer> heeds_cancellation(RequestScope& scope) {
  co_await waits_until_cancelled(scope);
  co_return Answer();
}
awaitable<Answer> answers_after_the_deadline(RequestScope& scope) {
  co_await waits_until_cancelled(scope);
  co_return Answer::text(200, "text/plain", "too late");
}
awaitable<Answer> first_byte_then_waits(RequestScope& scope) {
  return ready(Answer::stream(200, {}, waits_until_cancelled(scope)));
}
awaitable<void> writes_too_late(RequestScope& scope) {
  co_await scope.exchange.write("too late");
  scope.audit->annotate("body", "ran");
}
awaitable<Answer> streams_after_the_deadline(RequestScope& scope) {
  co_await waits_until_cancelled(scope);
  co_return Answer::stream(200, {}, writes_too_late(scope));
}

http::Request with_timeout() {
  return {.method = "GET", .target = "/slow?timeout=1ms", .headers = {}, .peer = {}};
}

TEST(ChainTest, The504OfTheDeadlineIsNotInTheEvent) {
  Pipeline pipeline({.level = audit::Level::Metadata, .omit_stages = {}, .rule = 0},
                    identity::Authentication::Authenticated);
  asio::io_context io;
  testing::FakeExchange exchange(io, with_timeout());
  pipeline.handle(exchange, answers_after_the_deadline, io);
  EXPECT_EQ(exchange.status, 504);
  EXPECT_EQ(
      exchange.body,
      R"({"metadata":{},"status":"Failure","message":"Timeout: request did not complete within )"
      R"(the allotted timeout","reason":"Timeout","details":{},"code":504})");
  EXPECT_EQ(pipeline.sink.events.back()->response_status->code, 200);
}

TEST(ChainTest, AHandlerThatHeedsTheDeadlineAndWritesNothingClosedEarly) {
  Pipeline pipeline({.level = audit::Level::Metadata, .omit_stages = {}, .rule = 0},
                    identity::Authentication::Authenticated);
  asio::io_context io;
  testing::FakeExchange exchange(io, with_timeout());
  pipeline.handle(exchange, heeds_cancellation, io);
  EXPECT_EQ(exchange.status, 504);
  EXPECT_EQ(pipeline.sink.events.back()->response_status->message, "Connection closed early");
}

TEST(ChainTest, ADeadlineAfterTheFirstByteCutsTheConnection) {
  Pipeline pipeline({.level = audit::Level::Metadata, .omit_stages = {}, .rule = 0},
                    identity::Authentication::Authenticated);
  asio::io_context io;
  testing::FakeExchange exchange(io, with_timeout());
  pipeline.handle(exchange, first_byte_then_waits, io);
  EXPECT_TRUE(exchange.aborted);
  EXPECT_EQ(exchange.status, 200);
}

TEST(ChainTest, AStreamThatBeginsBehindTheDeadlineStillHasItsEvents) {
  Pipeline pipeline({.level = audit::Level::Metadata, .omit_stages = {}, .rule = 0},
                    identity::Authentication::Authenticated);
  asio::io_context io;
  testing::FakeExchange exchange(io, with_timeout());
  pipeline.handle(exchange, streams_after_the_deadline, io);
  EXPECT_EQ(exchange.status, 504);
  ASSERT_EQ(pipeline.sink.events.size(), 2U);
  EXPECT_EQ(pipeline.sink.events.back()->response_status->code, 200);
  EXPECT_EQ(pipeline.sink.events.back()->annotations.at("body"), "ran");
}

TEST(ChainTest, ADeadlineBetweenTheAnswerAndItsLastEventCutsTheConnection) {
  Pipeline pipeline({.level = audit::Level::Metadata, .omit_stages = {}, .rule = 0},
                    identity::Authentication::Authenticated);
  asio::io_context io;
  testing::FakeExchange exchange(io, with_timeout());
  // The last event takes as long as it takes the deadline to pass.
  pipeline.sink.on_event = [&io, &exchange](const audit::Event& event) {
    if (event.stage != to_string(audit::Stage::ResponseComplete)) return;
    while (!exchange.aborted && exchange.status == 0 && io.run_one() != 0) {
    }
  };
  pipeline.handle(exchange, says_ok, io);
  EXPECT_TRUE(exchange.aborted);
}

/// Keeps what it sees as lines: `> audit 1234`, `< audit 1234: handler`.
class Notes final : public ChainObserver {
 public:
  std::vector<std::string> lines;
  std::vector<Clock::time_point> times;
  void entered(const RequestScope& scope, std::string_view step,
               Clock::time_point at) noexcept override {
    note("> " + std::string(step) + " " + scope.audit_id, at);
  }
  void left(const RequestScope& scope, std::string_view step, Clock::time_point at,
            const Answer* answer) noexcept override {
    note("< " + std::string(step) + " " + scope.audit_id + ": " +
             (answer == nullptr ? "panic" : std::string(answer->made_by)),
         at);
  }

 private:
  void note(std::string line, Clock::time_point at) {
    lines.push_back(std::move(line));
    times.push_back(at);
  }
};

std::vector<std::string> notes_of(HandlerFunction handler, identity::Authentication outcome,
                                  const std::string& target) {
  Pipeline pipeline({.level = audit::Level::Metadata, .omit_stages = {}, .rule = 0}, outcome);
  Notes notes;
  pipeline.watched_by(notes);
  asio::io_context io;
  http::Request request{.method = "GET", .target = target, .headers = {}, .peer = {}};
  request.headers.add("Audit-ID", "id");
  testing::FakeExchange exchange(io, std::move(request));
  pipeline.handle(exchange, handler, io);
  EXPECT_TRUE(std::is_sorted(notes.times.begin(), notes.times.end()));
  return notes.lines;
}

TEST(ChainObserverTest, SeesEachStepEnteredAndLeftAndWhichOneAnswered) {
  EXPECT_THAT(notes_of(says_ok, identity::Authentication::Authenticated, "/x"),
              ::testing::ElementsAre("> audit_id ", "> panic_recovery id", "> request_info id",
                                     "> cache_control id", "> request_deadline id", "> timeout id",
                                     "> authentication id", "> audit id", "> handler id",
                                     "< handler id: handler", "< audit id: handler",
                                     "< authentication id: handler", "< timeout id: handler",
                                     "< request_deadline id: handler",
                                     "< cache_control id: handler", "< request_info id: handler",
                                     "< panic_recovery id: handler", "< audit_id id: handler"));
}

TEST(ChainObserverTest, SeesAFilterThatAnswersInsteadOfHandingOn) {
  const auto lines = notes_of(says_ok, identity::Authentication::Failed, "/x");
  EXPECT_EQ(lines.size(), 14U);
  EXPECT_THAT(lines, ::testing::Contains("< authentication id: authentication"));
  EXPECT_EQ(lines.back(), "< audit_id id: authentication");
}

TEST(ChainObserverTest, SeesThatThePanicOfAHandlerIsAnsweredByItsRecovery) {
  const auto lines = notes_of(panics, identity::Authentication::Authenticated, "/x");
  EXPECT_THAT(lines, ::testing::Contains("< handler id: panic"));
  EXPECT_THAT(lines, ::testing::Contains("< audit id: panic"));
  EXPECT_EQ(lines.back(), "< audit_id id: panic_recovery");
}

TEST(ChainObserverTest, SeesThatTheDeadlineAnsweredInTheHandlersPlace) {
  const auto lines = notes_of(answers_after_the_deadline, identity::Authentication::Authenticated,
                              "/slow?timeout=1ms");
  EXPECT_THAT(lines, ::testing::Contains("< audit id: handler"));
  EXPECT_EQ(lines.back(), "< audit_id id: timeout");
}

}  // namespace
}  // namespace kaudit::apiserver
