#include "apiserver/explorer/receiver/receiver_ledger.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kaudit::apiserver::explorer {
namespace {

using objects::Json;
using ::testing::SizeIs;

std::string list_of(std::initializer_list<const char*> ids) {
  std::string items;
  for (const char* id : ids) {
    items += (items.empty() ? "" : ",") + std::string(R"({"auditID":")") + id +
             R"(","stage":"ResponseComplete","requestReceivedTimestamp":"t"})";
  }
  return R"({"kind":"EventList","items":[)" + items + "]}\n";
}

Json state_of(const ReceiverLedger& ledger) {
  std::string text;
  ledger.append_to(text, "http://127.0.0.1:1");
  const auto json = Json::parse(text);
  EXPECT_TRUE(json) << text;
  return *json;
}

std::string figure(const Json& json, std::string_view name) {
  return json.find(name)->number()->text;
}

TEST(ReceiverLedgerTest, CountsWhatItTookAndWhatItHadAlready) {
  ReceiverLedger ledger;
  const auto first = ledger.begin(list_of({"a", "b"}));
  ledger.end(first.number, "200");
  ledger.end(ledger.begin(list_of({"b", "c"})).number, "200");
  const Json state = state_of(ledger);
  EXPECT_EQ(figure(state, "lists"), "2");
  EXPECT_EQ(figure(state, "events"), "4");
  EXPECT_EQ(figure(state, "twice"), "1");
  EXPECT_EQ(ledger.latest(), list_of({"b", "c"}));
  const auto& tries = *state.find("tries")->array();
  ASSERT_THAT(tries, SizeIs(2));
  EXPECT_EQ(figure(tries[0], "number"), "2");
  EXPECT_EQ(tries[0].text("answer"), "200");
}

TEST(ReceiverLedgerTest, DoesAsItWasToldForSoManyLists) {
  ReceiverLedger ledger;
  ledger.obey({.mood = Mood::Fail, .lists = 2});
  EXPECT_EQ(figure(state_of(ledger), "left"), "2");
  EXPECT_EQ(ledger.begin(list_of({"a"})).mood, Mood::Fail);
  EXPECT_EQ(ledger.begin(list_of({"a"})).mood, Mood::Fail);
  EXPECT_EQ(ledger.begin(list_of({"a"})).mood, Mood::Take);
  const Json state = state_of(ledger);
  EXPECT_EQ(figure(state, "events"), "1");  // of what it refused nothing
  EXPECT_EQ(figure(state, "twice"), "0");
  EXPECT_EQ(state.text("mood"), "take");
}

TEST(ReceiverLedgerTest, LetsGoOfWhatWaitsWhenItIsToldSomethingElse) {
  ReceiverLedger ledger;
  ledger.obey({.mood = Mood::Hang});
  const auto hanging = ledger.begin(list_of({"a"}));
  EXPECT_FALSE(ledger.superseded(hanging.order));
  ledger.obey({.mood = Mood::Take});
  EXPECT_TRUE(ledger.superseded(hanging.order));
  const auto again = ledger.begin(list_of({"a"}));
  ledger.release();
  EXPECT_TRUE(ledger.superseded(again.order));
  EXPECT_EQ(figure(state_of(ledger), "events"), "1");
}

TEST(ReceiverLedgerTest, IsBounded) {
  ReceiverLedger ledger;
  for (int i = 0; i < 100; ++i) ledger.begin(list_of({std::to_string(i).c_str()}));
  EXPECT_THAT(*state_of(ledger).find("tries")->array(), SizeIs(ReceiverLedger::kShownTries));
  for (const char* junk : {"", "x", "{", R"({"items":7})", R"({"items":[7,{}]})"}) {
    ledger.begin(junk);
  }
  EXPECT_EQ(figure(state_of(ledger), "lists"), "105");
  ledger.begin(std::string(ReceiverLedger::kKeptBytes + 1, ' '));
  EXPECT_EQ(ledger.latest(), "");
}

TEST(ReceiverOrderTest, IsReadWithItsBounds) {
  const auto order = read_order(*Json::parse(R"({"mood":"slow","lists":3,"delayMs":500})"));
  ASSERT_TRUE(order);
  EXPECT_EQ(order->mood, Mood::Slow);
  EXPECT_EQ(order->lists, 3);
  EXPECT_EQ(order->delay, std::chrono::milliseconds(500));
  for (const char* wrong : {"{}", R"({"mood":"sad"})", R"({"mood":"slow","delayMs":1e9})",
                            R"({"mood":"slow","delayMs":999999})", R"({"mood":"fail","lists":-1})",
                            R"({"mood":"fail","lists":"2"})", R"({"mood":7})"}) {
    EXPECT_FALSE(read_order(*Json::parse(wrong))) << wrong;
  }
}

TEST(ReceiverOrderTest, NamesEveryMood) {
  for (const char* name : {"take", "slow", "fail", "refuse", "hang", "forget"}) {
    ASSERT_TRUE(parse_mood(name)) << name;
    EXPECT_EQ(to_string(*parse_mood(name)), name);
  }
}

}  // namespace
}  // namespace kaudit::apiserver::explorer
