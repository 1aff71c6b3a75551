#include "audit/context.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "audit/encoder.hpp"

namespace kaudit::audit {
namespace {

Decision at_level(Level level) { return {.level = level, .omit_stages = {}, .rule = 0}; }

RequestFacts facts() {
  RequestFacts facts;
  facts.audit_id = "id";
  facts.verb = "create";
  facts.object_ref.emplace();
  facts.object_ref->resource = "pods";
  facts.object_ref->ns = "default";
  facts.object_ref->api_version = "v1";
  return facts;
}

RawJson json(const char* text) { return RawJson::parse(text).value(); }

TEST(ContextTest, MakesNoEventAtLevelNone) {
  const Context context(facts(), at_level(Level::None));
  EXPECT_EQ(context.make_event(Stage::RequestReceived, Timestamp::now()), nullptr);
}

TEST(ContextTest, MakesNoEventForAnOmittedStage) {
  Decision decision = at_level(Level::Metadata);
  decision.omit_stages.insert(Stage::RequestReceived);
  const Context context(facts(), decision);
  EXPECT_EQ(context.make_event(Stage::RequestReceived, Timestamp::now()), nullptr);
  EXPECT_NE(context.make_event(Stage::ResponseComplete, Timestamp::now()), nullptr);
}

TEST(ContextTest, AnEventInPassingIsTheOneThatWouldBeMade) {
  Context context(facts(), at_level(Level::RequestResponse));
  const Timestamp at = Timestamp::now();
  ObjectReference from_body;
  from_body.name = "p";
  UserInfo somebody;
  somebody.username = "somebody";
  for (const Stage stage :
       {Stage::RequestReceived, Stage::ResponseStarted, Stage::ResponseComplete, Stage::Panic}) {
    const Event* const passing = context.passing_event(stage, at);
    ASSERT_NE(passing, nullptr);
    std::string line;
    append_event(line, *passing);
    std::string made;
    append_event(made, *context.make_event(stage, at));
    EXPECT_EQ(line, made);
    // What changes the members that events of a request share, and what does not.
    if (stage == Stage::RequestReceived) context.complete_object_ref(from_body);
    if (stage == Stage::ResponseStarted) context.set_impersonated_user(somebody, "constraint");
    context.annotate("key", "value");
  }
  Decision none = at_level(Level::Metadata);
  none.omit_stages.insert(Stage::RequestReceived);
  EXPECT_EQ(Context(facts(), none).passing_event(Stage::RequestReceived, at), nullptr);
}

TEST(ContextTest, AnEarlierEventDoesNotChangeWhenTheRequestGoesOn) {
  Context context(facts(), at_level(Level::RequestResponse));
  const EventPtr received = context.make_event(Stage::RequestReceived, Timestamp::now());
  ObjectReference from_body;
  from_body.name = "p";
  context.complete_object_ref(from_body);
  context.annotate("key", "value");
  context.set_response_code(201);
  const EventPtr complete = context.make_event(Stage::ResponseComplete, Timestamp::now());
  EXPECT_EQ(received->object_ref->name, "");
  EXPECT_TRUE(received->annotations.empty());
  EXPECT_FALSE(received->response_status);
  EXPECT_EQ(complete->object_ref->name, "p");
  EXPECT_EQ(complete->response_status->code, 201);
}

TEST(ContextTest, CutsAUserAgentAfter1024Bytes) {
  RequestFacts whole = facts();
  whole.source.edit().user_agent = std::string(1024, 'a');
  RequestFacts cut = facts();
  cut.source.edit().user_agent = std::string(1025, 'a');
  const auto agent = [](RequestFacts of) {
    return Context(std::move(of), at_level(Level::Metadata))
        .make_event(Stage::RequestReceived, Timestamp::now())
        ->source->user_agent;
  };
  EXPECT_EQ(agent(std::move(whole)), std::string(1024, 'a'));
  EXPECT_EQ(agent(std::move(cut)), std::string(1024, 'a') + "...TRUNCATED");
}

TEST(ContextTest, TheFirstValueOfAnAnnotationStays) {
  Context context(facts(), at_level(Level::Metadata));
  EXPECT_TRUE(context.annotate("key", "first"));
  EXPECT_TRUE(context.annotate("key", "first"));
  EXPECT_FALSE(context.annotate("key", "second"));
  EXPECT_EQ(context.make_event(Stage::ResponseComplete, {})->annotations.at("key"), "first");
}

TEST(ContextTest, ABodyFillsOnlyWhatTheUrlLeftOpen) {
  Context context(facts(), at_level(Level::Metadata));
  ObjectReference from_body;
  from_body.resource = "other";
  from_body.ns = "elsewhere";
  from_body.name = "p";
  from_body.uid = "u";
  from_body.resource_version = "7";
  context.complete_object_ref(from_body);
  const EventPtr event = context.make_event(Stage::ResponseComplete, {});
  EXPECT_EQ(event->object_ref->resource, "pods");
  EXPECT_EQ(event->object_ref->ns, "default");
  EXPECT_EQ(event->object_ref->name, "p");
  EXPECT_EQ(event->object_ref->uid, "u");
  EXPECT_EQ(event->object_ref->resource_version, "7");
}

TEST(ContextTest, EachLevelKeepsItsBodies) {
  for (const Level level : {Level::Metadata, Level::Request, Level::RequestResponse}) {
    SCOPED_TRACE(to_string(level));
    Context context(facts(), at_level(level));
    context.log_request_object(json("{}"));
    context.log_response_object(json("{}"));
    const EventPtr event = context.make_event(Stage::ResponseComplete, {});
    EXPECT_EQ(!event->request_object.empty(), level >= Level::Request);
    EXPECT_EQ(!event->response_object.empty(), level == Level::RequestResponse);
  }
}

TEST(ContextTest, CollectsEverythingForAnObserverAndRecordsWhatItsLevelSays) {
  for (const Level level : {Level::None, Level::Metadata, Level::Request, Level::RequestResponse}) {
    Decision decision = at_level(level);
    decision.omit_stages.insert(Stage::RequestReceived);
    const auto events_of = [&](Context::Collect collect) {
      Context context(facts(), decision, collect);
      context.annotate("key", "value");
      context.log_request_object(json(R"({"a":1})"));
      context.log_response_object(json(R"({"b":2})"));
      const Timestamp at{.seconds = 7, .nanoseconds = 0};
      const EventPtr made = context.make_event(Stage::ResponseComplete, at);
      EXPECT_EQ(context.make_event(Stage::RequestReceived, at), nullptr);
      return std::pair(made, context.whole_event(Stage::RequestReceived, at, nullptr));
    };
    const auto [usual, nothing] = events_of(Context::Collect::AsDecided);
    const auto [made, whole] = events_of(Context::Collect::Everything);
    EXPECT_EQ(nothing, nullptr);
    ASSERT_NE(whole, nullptr);
    EXPECT_EQ(whole->level, "RequestResponse");
    EXPECT_EQ(whole->response_object.view(), R"({"b":2})");
    EXPECT_EQ(whole->annotations.size(), 1U);
    ASSERT_EQ(made == nullptr, level == Level::None);
    if (level == Level::None) continue;
    // What is recorded does not depend on who looks on, and is what its level makes of the whole.
    std::string recorded;
    append_event(recorded, *usual);
    for (Event other : {*made, lowered(*whole, level)}) {
      other.stage = usual->stage;
      std::string text;
      append_event(text, other);
      EXPECT_EQ(text, recorded);
    }
  }
}

TEST(ContextTest, GivesTheSameEventAgainWhereNothingIsLeftOut) {
  Context context(facts(), at_level(Level::RequestResponse), Context::Collect::Everything);
  const EventPtr made = context.make_event(Stage::ResponseComplete, Timestamp::now());
  EXPECT_EQ(context.whole_event(Stage::ResponseComplete, Timestamp::now(), made), made);
}

TEST(ContextTest, OmitsManagedFieldsFromObjectsButNeverFromPatches) {
  const char* const text = R"({"metadata":{"name":"x","managedFields":[{"manager":"m"}]}})";
  Decision decision = at_level(Level::RequestResponse);
  decision.omit_managed_fields = true;
  Context object(facts(), decision);
  object.log_request_object(json(text));
  EXPECT_EQ(object.make_event(Stage::ResponseComplete, {})->request_object.view(),
            R"({"metadata":{"name":"x"}})");
  Context patch(facts(), decision);
  patch.log_request_object(json(text), Context::ManagedFields::Patch);
  EXPECT_EQ(patch.make_event(Stage::ResponseComplete, {})->request_object.view(), text);
}

TEST(ContextTest, TheStatusLinesCodeOverridesTheStatus) {
  Context context(facts(), at_level(Level::Metadata));
  Status status;
  status.kind = "Status";
  status.api_version = "v1";
  status.reason = "NotFound";
  status.code = 404;
  context.set_response_status(status);
  context.set_response_code(410);
  const EventPtr event = context.make_event(Stage::ResponseComplete, {});
  EXPECT_EQ(event->response_status->kind, "");
  EXPECT_EQ(event->response_status->reason, "NotFound");
  EXPECT_EQ(event->response_status->code, 410);
}

}  // namespace
}  // namespace kaudit::audit
