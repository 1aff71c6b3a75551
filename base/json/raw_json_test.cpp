#include "base/json/raw_json.hpp"

#include <string>

#include <gtest/gtest.h>

#include "base/json/bracket_stack.hpp"

namespace kaudit {
namespace {

std::string compacted(std::string_view text) {
  const auto json = RawJson::parse(text);
  return json ? std::string(json->view()) : "refused: " + json.error().message;
}

std::string refusal_text(std::string_view text) {
  const auto json = RawJson::parse(text);
  EXPECT_FALSE(json.has_value()) << text;
  return json ? "" : json.error().message;
}

TEST(RawJson, IsEmptyUntilItHasAValue) {
  EXPECT_TRUE(RawJson().empty());
  EXPECT_EQ(RawJson().view(), "");
  EXPECT_FALSE(RawJson::trusted("{}").empty());
}

TEST(RawJson, DropsWhiteSpaceBetweenTokensOnly) {
  EXPECT_EQ(compacted(" \t\r\n{ \"a b\" : [ 1 , true ,\n{ } , [ ] ] } "),
            R"({"a b":[1,true,{},[]]})");
}

TEST(RawJson, EscapesForHtmlInNamesAndValues) {
  EXPECT_EQ(compacted("{\"<\":\"a&b>\xE2\x80\xA8\xE2\x80\xA9\"}"),
            R"({"\u003c":"a\u0026b\u003e\u2028\u2029"})");
}

TEST(RawJson, LeavesEscapesNumbersAndDuplicatesAsTheyAre) {
  const std::string text = R"({"a":"\u0041\/\ud800","a":-0.0e+10,"A":1E400,"":[]})";
  EXPECT_EQ(compacted(text), text);
}

TEST(RawJson, LeavesBytesThatAreNoUtf8) {
  const std::string text = "[\"\xFF\xE2\x80\",\"\xE2\",\"\xED\xA0\x80 \xE6\x97\xA5\xE6\x9C\xAC\"]";
  EXPECT_EQ(compacted(text), text);
}

TEST(RawJson, AcceptsAnyValueAtTheTop) {
  for (const char* text : {"null", "true", "false", "0", "-1.5e-7", "\"\"", "[]", "{}"}) {
    EXPECT_EQ(compacted(text), text);
  }
}

TEST(RawJson, FindsSpecialBytesAtEveryPlaceOfAWord) {
  for (std::size_t before = 0; before < 20; ++before) {
    for (std::size_t after = 0; after < 20; ++after) {
      const std::string head(before, 'a');
      const std::string tail(after, 'z');
      EXPECT_EQ(compacted('"' + head + '<' + tail + '"'), '"' + head + "\\u003c" + tail + '"');
      EXPECT_EQ(compacted('"' + head + "\\n" + tail + '"'), '"' + head + "\\n" + tail + '"');
      EXPECT_EQ(compacted('"' + head + "\xC3\xA9" + tail + '"'),
                '"' + head + "\xC3\xA9" + tail + '"');
      EXPECT_NE(refusal_text('"' + head + '\x1F' + tail + '"').find("control character"),
                std::string::npos);
    }
  }
}

TEST(RawJson, RefusesWhatIsNoJson) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "[",
                           "\"",
                           "\"\\",
                           "\"\\u12",
                           "{]",
                           "[}",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{,}",
                           "{1:2}",
                           "[1,]",
                           "[,1]",
                           "[1 2]",
                           "01",
                           "1.",
                           ".5",
                           "+1",
                           "--1",
                           "1e",
                           "1e+",
                           "-",
                           "0x1",
                           "nul",
                           "nulL",
                           "True",
                           "NaN",
                           "'a'",
                           "\"\\x\"",
                           "\"\\u12g4\"",
                           "\"\t\"",
                           "{}x",
                           "[] []",
                           "// c",
                           "\xEF\xBB\xBF{}"}) {
    EXPECT_FALSE(RawJson::parse(text).has_value()) << text;
  }
}

TEST(RawJson, SaysWhereAndWhatIsWrong) {
  EXPECT_EQ(refusal_text("{\"a\":1,}"),
            "unexpected '}' at offset 7: expected a member's name in quotes");
  EXPECT_EQ(refusal_text("[1"), "unexpected end of JSON at offset 2: an array is not closed");
  EXPECT_EQ(refusal_text(std::string_view("{}\0", 3)),
            "unexpected byte 0x00 at offset 2: nothing may follow the value");
}

TEST(RawJson, CountsObjectsAndArraysTowardsTheDepth) {
  const auto nested = [](std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += i % 2 == 0 ? "[" : "{\"a\":";
    text += "0";
    for (std::size_t i = depth; i > 0; --i) text += i % 2 == 1 ? "]" : "}";
    return text;
  };
  EXPECT_EQ(compacted(nested(kMaxJsonDepth)), nested(kMaxJsonDepth));
  EXPECT_EQ(refusal_text(nested(kMaxJsonDepth + 1)).substr(0, 14), "unexpected '['");
}

}  // namespace
}  // namespace kaudit
