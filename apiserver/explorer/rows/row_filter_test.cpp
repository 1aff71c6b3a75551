#include "apiserver/explorer/rows/row_filter.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apiserver/explorer/rows/filter_words.hpp"
#include "apiserver/explorer/rows/rows.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::explorer {
namespace {

using objects::Json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

audit::EventPtr event_of(audit::Stage stage, int code, std::string audit_id = "id") {
  auto event = std::make_shared<audit::Event>();
  event->level = audit::Level::Metadata;
  event->audit_id = std::move(audit_id);
  event->stage = stage;
  event->request_uri = "/api/v1/namespaces/default/pods";
  event->verb = "list";
  event->user.edit().username = "alice";
  event->object_ref.emplace();
  event->object_ref->resource = "pods";
  event->object_ref->ns = "default";
  if (code != 0) event->response_status.emplace().code = code;
  return event;
}

RequestRecord answered(int code) {
  RequestRecord record;
  record.audit_id = "id";
  record.events = {event_of(audit::Stage::RequestReceived, 0),
                   event_of(audit::Stage::ResponseComplete, code)};
  return record;
}

bool shows(std::string_view filter, const RequestRecord& record) {
  auto read = RowFilter::read(filter);
  EXPECT_TRUE(read) << filter << ": " << (read ? "" : read.error().message);
  return read && read->matches(record);
}

TEST(FilterWords, StandForAnExpression) {
  EXPECT_EQ(expression_of_words("user:alice -level:None code:4xx"),
            "ka.user.name = alice and not kaudit.level = None and ka.response.code startswith 4");
  EXPECT_EQ(expression_of_words(R"(user:"a b")"), R"(ka.user.name = "a b")");
  EXPECT_EQ(expression_of_words("name:a=b"), R"(ka.target.name = "a=b")");
  EXPECT_THAT(expression_of_words("pods"), HasSubstr("ka.uri icontains pods or "));
}

TEST(FilterWords, AreToldFromExpressions) {
  for (const char* words : {"pods", "user:alice", "-level:None", "\"and or\"", "system:node:a.b",
                            "/api/v1/pods?watch=1", "(pods)"}) {
    EXPECT_TRUE(is_made_of_words(words)) << words;
  }
  for (const char* expression : {"ka.verb", "ka.verb=get", "(ka.verb", "tolower(ka.verb) = x",
                                 "pods and services", "a = b", "not pods", "ka.vrb"}) {
    EXPECT_FALSE(is_made_of_words(expression)) << expression;
  }
}

/// Whatever somebody types, its translation can be read.
TEST(FilterWords, AreNeverAWrongExpression) {
  for (const char* words : {"\"", "-", "--", ":", "user:", "code:xx", "a\\b", "'", "a,b", "()",
                            "user:a\\", "\xF0\x9F\x98\x80", "val(x)", "user:val(x)"}) {
    EXPECT_TRUE(RowFilter::read(words)) << words;
  }
}

TEST(RowFilterTest, AsksTheLatestEvent) {
  EXPECT_TRUE(shows("", answered(200)));
  EXPECT_TRUE(shows("ka.user.name = alice and ka.verb in (list, get)", answered(200)));
  EXPECT_FALSE(shows("ka.user.name = bob", answered(200)));
  EXPECT_TRUE(shows("ka.response.code >= 400", answered(403)));
  EXPECT_FALSE(shows("ka.response.code >= 400", answered(200)));
  // The first event has no code, and does not count.
  EXPECT_FALSE(shows("not ka.response.code = 200", answered(200)));
  EXPECT_FALSE(shows("-code:200", answered(200)));
  EXPECT_TRUE(shows("code:2xx pods", answered(200)));
}

TEST(RowFilterTest, AsksARequestWithoutEventsAsMetadataWouldHaveRecordedIt) {
  const PolicyInForce policy("p", std::string(PolicyInForce::everything()));
  RequestRecord record;
  record.audit_id = "id";
  auto run = std::make_shared<ChainRun>();
  run->target = "/version";
  run->info.verb = "get";
  run->user.edit().username = "bob";
  run->peer = "10.1.2.3:4";
  run->code = 200;
  run->policy = &policy.current();
  record.run = run;
  EXPECT_TRUE(shows("level:None user:bob", record));
  EXPECT_TRUE(shows("ka.uri = /version and ka.response.code = 200", record));
  EXPECT_TRUE(shows("ka.sourceips intersects (10.1.2.3)", record));
}

TEST(RowFilterTest, NeverShowsWhatWasCollectedButNotRecorded) {
  RequestRecord record;
  record.audit_id = "id";
  auto whole = std::make_shared<audit::Event>(*event_of(audit::Stage::ResponseComplete, 201));
  whole->level = audit::Level::RequestResponse;
  whole->request_object = RawJson::trusted(R"({"spec":{"type":"NodePort"}})");
  record.whole = {whole};
  EXPECT_TRUE(shows("kaudit.level = None", record));
  EXPECT_FALSE(shows("ka.req.service.type exists", record));
}

Json verdict_on(std::string_view text) {
  std::string json;
  append_filter_verdict(json, text);
  const auto parsed = Json::parse(json);
  EXPECT_TRUE(parsed) << json;
  return *parsed;
}

TEST(FilterVerdict, SaysWhatIsWrongAndWhere) {
  const Json wrong = verdict_on("ka.verb = get and ka.vrb = x");
  EXPECT_THAT(std::string(wrong.text("error")), HasSubstr("did you mean ka.verb?"));
  EXPECT_EQ(wrong.find("at")->number()->text, "18");
  EXPECT_EQ(verdict_on("ka.verb").find("at")->number()->text, "7");
  // As JavaScript counts: one for ä, two for what lies beyond the first plane.
  EXPECT_EQ(verdict_on("ka.verb = \"\xC3\xA4\xF0\x9F\x98\x80\" and x").find("at")->number()->text,
            "20");
  EXPECT_NE(verdict_on("ka.verb regex (").text("error"), "");
  EXPECT_NE(verdict_on(std::string(RowFilter::kMaxBytes + 1, 'x')).text("error"), "");
  EXPECT_EQ(verdict_on("user:a").text("expression"), "ka.user.name = a");
}

struct RowFeedTest : ::testing::Test {
  PolicyInForce policy{"p", std::string(PolicyInForce::everything())};
  Recorder recorder{policy};

  RowFeedTest() { recorder.start(); }

  /// Events, once they have been put together.
  void make(const std::vector<audit::EventPtr>& events) {
    for (const auto& event : events) recorder.made(event);
    made += events.size();
    const auto limit = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (recorder.ring().state().version < made && std::chrono::steady_clock::now() < limit) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ASSERT_EQ(recorder.ring().state().version, made);
  }
  static Json news_of(RowFeed& feed, std::size_t limit = 100) {
    std::string json;
    feed.append_news(json, limit);
    const auto parsed = Json::parse(json);
    EXPECT_TRUE(parsed) << json;
    return *parsed;
  }
  static std::vector<std::string> ids(const Json& news) {
    std::vector<std::string> ids;
    for (const Json& row : *news.find("rows")->array()) ids.emplace_back(row.text("auditID"));
    return ids;
  }

  std::size_t made = 0;
};

TEST_F(RowFeedTest, GivesWhatMatchesAndTakesBackWhatDoesNotAnyMore) {
  RowFeed feed(recorder, *RowFilter::read("not ka.response.code = 200"), 0);
  make({event_of(audit::Stage::RequestReceived, 0, "a"),
        event_of(audit::Stage::ResponseComplete, 404, "b")});
  const Json first = news_of(feed);
  EXPECT_NE(first.find("all"), nullptr);
  EXPECT_THAT(ids(first), ElementsAre("a", "b"));
  EXPECT_FALSE(feed.has_news());
  make({event_of(audit::Stage::ResponseComplete, 200, "a"),
        event_of(audit::Stage::ResponseComplete, 200, "c")});
  EXPECT_TRUE(feed.has_news());
  const Json second = news_of(feed);
  EXPECT_EQ(second.find("all"), nullptr);
  EXPECT_THAT(ids(second), IsEmpty());
  // Number 1 was shown; what never was is not spoken of.
  ASSERT_THAT(*second.find("gone")->array(), ::testing::SizeIs(1));
  EXPECT_EQ((*second.find("gone")->array())[0].number()->text, "1");
}

TEST_F(RowFeedTest, GivesTheLatestAndCountsTheOthers) {
  for (const char* text : {"", "pods"}) {
    RowFeed feed(recorder, *RowFilter::read(text), 0);
    make({event_of(audit::Stage::RequestReceived, 0, std::string(text) + "1"),
          event_of(audit::Stage::RequestReceived, 0, std::string(text) + "2"),
          event_of(audit::Stage::RequestReceived, 0, std::string(text) + "3")});
    const Json news = news_of(feed, 2);
    EXPECT_THAT(ids(news), ElementsAre(std::string(text) + "2", std::string(text) + "3"));
    EXPECT_EQ(news.find("skipped")->number()->text, std::to_string(made - 2));
  }
}

}  // namespace
}  // namespace kaudit::apiserver::explorer
