#include "audit/search/slices.hpp"

#include <gtest/gtest.h>

#include "audit/search/event_view.hpp"

namespace kaudit::audit::search {
namespace {

TEST(Slices, LongValuesArePassedAsShortOnesAre) {
  // Longer than the blocks that brackets are counted in, with brackets and quotes in strings.
  for (std::size_t padding = 0; padding < 200; ++padding) {
    const std::string inner =
        R"({"x":"}]{[\"\\","y":[{"z":")" + std::string(padding, 'p') + R"(\\"}],"w":{}})";
    const std::string event = R"({"a":)" + inner + R"(,"b":2})";
    MemberWalk walk(event);
    ASSERT_TRUE(walk.next()) << padding;
    EXPECT_EQ(walk.value(), inner);
    ASSERT_TRUE(walk.next());
    EXPECT_EQ(walk.value(), "2");
    EXPECT_FALSE(walk.next());
    EXPECT_TRUE(walk.complete());
    EXPECT_EQ(first_value(event).size(), event.size());
    for (std::size_t cut = 0; cut < event.size(); ++cut) {
      EXPECT_TRUE(first_value(std::string_view(event).substr(0, cut)).empty()) << cut;
    }
  }
}

TEST(Slices, BackslashesBeforeQuotesAreCounted) {
  for (std::size_t count = 0; count < 140; ++count) {
    const std::string event = R"({"a":{"b":")" + std::string(2 * count, '\\') + R"("},"c":1})";
    EXPECT_EQ(member_of(event, "c"), "1") << count;
    const std::string escaped =
        R"({"a":{"b":")" + std::string(2 * count + 1, '\\') + R"(" } "},"c":1})";
    EXPECT_EQ(member_of(escaped, "c"), "1") << count;
  }
}

TEST(Slices, TextIsDecodedAndValuesAreCompact) {
  EXPECT_EQ(text_of(R"("a\u003cb\n")"), "a<b\n");
  EXPECT_EQ(text_of(R"({ "a" : [ 1 , "x y" ] })"), R"({"a":[1,"x y"]})");
  EXPECT_EQ(text_of("true"), "true");
  EXPECT_EQ(text_of(""), "");
}

TEST(Slices, NamesMayHaveEscapes) {
  EXPECT_EQ(member_of(R"({"x":0,"\u0061b":1,"a\u0062":2})", "ab"), "1");
  EXPECT_EQ(member_of(R"({"b\u0062":1,"a\"b":2})", "a\"b"), "2");
  EXPECT_EQ(member_of(R"({"\n":1,"":2})", ""), "2");
  EXPECT_EQ(member_of(R"({"\n":1,"":2})", "\n"), "1");
  EXPECT_EQ(member_of("{\"\xC3\xA4\":1}", "\xC3\xA4"), "1");
}

TEST(EventViews, FindMembersInAnyOrderAndTheFirstOfOneName) {
  EventView event;
  ASSERT_TRUE(event.reset(
      R"({"annotations":{},"verb":"get","x":1,"verb":"list","stage":"Panic","kind":"Event","level":"None"})"));
  EXPECT_EQ(event.part(Part::Level), "\"None\"");
  EXPECT_EQ(event.part(Part::Verb), "\"get\"");
  EXPECT_EQ(event.part(Part::Kind), "\"Event\"");
  EXPECT_EQ(event.part(Part::Annotations), "{}");
  EXPECT_EQ(event.part(Part::Stage), "\"Panic\"");
  EXPECT_EQ(event.member("x"), "1");
}

TEST(EventViews, ReadNoMoreThanTheyNeedAndAllWhenAsked) {
  EventView event;
  ASSERT_TRUE(event.reset(R"({"verb":"get","stage":"Panic","user":{"username":"a"}})"));
  EXPECT_EQ(event.part(Part::Stage), "\"Panic\"");
  EXPECT_EQ(event.part(Part::Verb), "\"get\"");
  EXPECT_EQ(event.part(Part::User, "username"), "\"a\"");
  EXPECT_EQ(event.part(Part::Level), "");
  EXPECT_TRUE(event.whole());
  ASSERT_TRUE(event.reset(R"({"verb":"get","user":{"username":"a")"));
  EXPECT_EQ(event.part(Part::Verb), "\"get\"");
  EXPECT_FALSE(event.whole());
  EXPECT_FALSE(event.reset("[]"));
}

TEST(EventViews, KnowTheTimesOfOldEvents) {
  EventView event;
  event.reset(R"({"timestamp":"2017-09-11T19:55:05Z"})");
  ASSERT_TRUE(event.time().has_value());
  EXPECT_EQ(event.time()->seconds, 1505159705);
  event.reset(R"({"stageTimestamp":"2018-10-26T14:00:08.161489Z"})");
  EXPECT_EQ(event.time()->nanoseconds, 161489000U);
}

}  // namespace
}  // namespace kaudit::audit::search
