#include "audit/decoder.hpp"

#include <string>

#include <gtest/gtest.h>

#include "audit/encoder.hpp"

namespace kaudit::audit {
namespace {

/// An event with the members given and kind and apiVersion.
std::string event_with(const std::string& members) {
  return R"({"kind":"Event","apiVersion":"audit.k8s.io/v1")" +
         (members.empty() ? "" : "," + members) + "}";
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

DecodeError refusal(const std::string& text) {
  const auto event = decode_event(text);
  EXPECT_FALSE(event.has_value()) << text.substr(0, 200);
  return event ? DecodeError{} : event.error();
}

DecodeErrorClass class_of(const std::string& text) { return refusal(text).error_class; }

Event accepted(const std::string& members) {
  auto event = decode_event(event_with(members));
  EXPECT_TRUE(event.has_value()) << members << ": " << event.error().message;
  return event ? *event : Event{};
}

TEST(Decoder, KeepsBodiesAsTheyCameButCompact) {
  const Event event = accepted(R"("requestObject": { "n" : 1.50e0, "n":2, "s":"\u0041<" })");
  EXPECT_EQ(event.request_object.view(), R"({"n":1.50e0,"n":2,"s":"\u0041\u003c"})");
  EXPECT_TRUE(event.response_object.empty());
}

TEST(Decoder, TakesANullBodyForNone) {
  EXPECT_TRUE(accepted(R"("requestObject":null)").request_object.empty());
}

TEST(Decoder, DecodesEscapesInNamesAndValues) {
  EXPECT_EQ(accepted(R"("\u0076erb":"\ud83d\ude00\/\"\\\b\f\n\r\t")").verb,
            "\xF0\x9F\x98\x80/\"\\\b\f\n\r\t");
}

TEST(Decoder, ReplacesLoneSurrogatesAndBadBytesOneByOne) {
  EXPECT_EQ(accepted(R"("verb":"\ud800x\udc00\ud800\ud83d\ude00")").verb,
            "\xEF\xBF\xBDx\xEF\xBF\xBD\xEF\xBF\xBD\xF0\x9F\x98\x80");
  EXPECT_EQ(accepted("\"verb\":\"\xE2\x80\"").verb, "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Decoder, IsCaseSensitiveAndDropsWhatItDoesNotKnow) {
  EXPECT_EQ(accepted(R"("Verb":"x","metadata":{"name":[1,{}]},"VERB":5)").verb, "");
}

TEST(Decoder, LetsALaterTextWinAndNullLeaveItAlone) {
  EXPECT_EQ(accepted(R"("verb":"get","verb":"list","verb":null)").verb, "list");
}

TEST(Decoder, KeepsWordsThatNoLevelOrStageIsKnownBy) {
  const Event odd = accepted(R"("level":"All\"","stage":"Queued","stage":null)");
  EXPECT_EQ(odd.level, "All\"");
  EXPECT_EQ(Event(odd).stage, EventWord("Queued"));
  EXPECT_FALSE(odd.level.is_known());
  std::string text;
  append_event(text, odd);
  EXPECT_NE(text.find(R"("level":"All\"",)"), std::string::npos);
  EXPECT_NE(text.find(R"("stage":"Queued",)"), std::string::npos);
  EXPECT_TRUE(accepted(R"("stage":"Panic")").stage.is_known());
}

TEST(Decoder, TellsNullFromEmptyInExtra) {
  const auto extra = accepted(R"("user":{"extra":{"a":null,"b":[],"c":[null]}})").user->extra;
  EXPECT_EQ(extra.at("a"), std::nullopt);
  EXPECT_EQ(extra.at("b"), std::vector<std::string>());
  EXPECT_EQ(extra.at("c"), std::vector<std::string>{""});
}

TEST(Decoder, AllowsTenThousandLevelsAndNotOneMore) {
  EXPECT_TRUE(decode_event(event_with("\"requestObject\":" + nested(9'999))).has_value());
  EXPECT_EQ(class_of(event_with("\"requestObject\":" + nested(10'000))), DecodeErrorClass::Depth);
  EXPECT_EQ(class_of(event_with("\"unknown\":" + nested(10'000))), DecodeErrorClass::Depth);
  EXPECT_EQ(class_of(std::string(1'000'000, '[')), DecodeErrorClass::Depth);
}

TEST(Decoder, MeetsErrorsInTheOrderKubernetesDoes) {
  // Not JSON at all comes before everything, wherever it is.
  EXPECT_EQ(class_of(R"({"kind":5,"apiVersion":"x","stageTimestamp":"x"},)"),
            DecodeErrorClass::Syntax);
  // Kind and apiVersion come before the members, their wrong types before wrong values.
  EXPECT_EQ(class_of(R"({"kind":"Pod","apiVersion":7,"stageTimestamp":"x"})"),
            DecodeErrorClass::Type);
  EXPECT_EQ(class_of(R"({"verb":5,"stageTimestamp":"x","kind":"Pod","apiVersion":"v1"})"),
            DecodeErrorClass::Gvk);
  // A bad time ends the decoding; a wrong type does not, even when it came first.
  EXPECT_EQ(class_of(event_with(R"("verb":5,"stageTimestamp":"x")")), DecodeErrorClass::Time);
  EXPECT_EQ(class_of(event_with(R"("stageTimestamp":5,"requestReceivedTimestamp":"x")")),
            DecodeErrorClass::Type);
}

TEST(Decoder, RefusesWhatIsNoObject) {
  EXPECT_EQ(class_of("[]"), DecodeErrorClass::Type);
  EXPECT_EQ(class_of("null"), DecodeErrorClass::Gvk);
  EXPECT_EQ(class_of(""), DecodeErrorClass::Syntax);
}

TEST(Decoder, NamesTheMemberInOneLine) {
  EXPECT_EQ(
      refusal(event_with(R"("responseStatus":{"details":{"retryAfterSeconds":1.5}})")).message,
      R"("responseStatus.details.retryAfterSeconds" must be an integer of 32 bits, not 1.5)");
  EXPECT_EQ(refusal(event_with(R"("annotations":{"a\nb":5})")).message.find('\n'),
            std::string::npos);
  EXPECT_EQ(refusal(event_with(R"("stageTimestamp":"a\nb")")).message.find('\n'),
            std::string::npos);
  EXPECT_EQ(refusal(R"({"kind":"a\nb","apiVersion":"c"})").message.find('\n'), std::string::npos);
}

TEST(Decoder, ReadsWhatTheEncoderWrites) {
  Event event = accepted(R"("user":{"username":"u","groups":["g"]},"sourceIPs":["::1"],)"
                         R"("impersonatedUser":{"uid":"1"},"objectRef":{"resource":"pods"},)"
                         R"("responseStatus":{"metadata":{"remainingItemCount":0,)"
                         R"("shardInfo":{"selector":"x"}},"details":{"causes":[{"field":"f"}]}})");
  std::string once;
  append_event(once, event);
  std::string twice;
  append_event(twice, decode_event(once).value());
  EXPECT_EQ(once, twice);
  EXPECT_NE(once.find(R"("shardInfo":{"selector":"x"})"), std::string::npos);
}

TEST(Decoder, ReadsTheLinesOfALog) {
  const Event event = accepted(R"("auditID":"a","userAgent":"two\nlines")");
  std::string lines;
  append_event(lines, event);
  lines += "{}\n";
  append_event(lines, event);
  const auto events = decode_lines(lines);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0]->audit_id, "a");
  EXPECT_EQ(events[1]->audit_id, "");
  EXPECT_EQ(events[2]->source->user_agent, "two\nlines");
  EXPECT_TRUE(decode_lines("").empty());
}

}  // namespace
}  // namespace kaudit::audit
