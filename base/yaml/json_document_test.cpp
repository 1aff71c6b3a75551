#include "base/yaml/json_document.hpp"

#include <string>

#include <gtest/gtest.h>

#include "base/json/bracket_stack.hpp"
#include "base/yaml/reader.hpp"
#include "base/yaml/to_json.hpp"

namespace kaudit::yaml {
namespace {

std::string round_trip(std::string_view text) {
  const auto document = read_json(text);
  if (!document) return document.error().message;
  std::string out;
  append_json(out, *document->root);
  return out;
}

TEST(JsonReader, KeepsNumbersAsTheyStand) {
  EXPECT_EQ(round_trip("[0, -0, 1.50, 1E5, 12345678901234567890.10]"),
            "[0,-0,1.50,1E5,12345678901234567890.10]");
}

TEST(JsonReader, ReadsEveryKindOfValue) {
  EXPECT_EQ(round_trip(R"( {"a" : [true,false,null,"x",{}], "b":[] } )"),
            R"({"a":[true,false,null,"x",{}],"b":[]})");
}

TEST(JsonReader, ReplacesWhatIsNoUnicode) {
  const auto document =
      read_json("[\"\\ud800\", \"\\ud83d\\ude00\", \"\\ud83dx\", \"\xFF\", \"\\u0041\"]");
  ASSERT_TRUE(document.has_value()) << document.error().message;
  const Items& items = *document->root->sequence();
  EXPECT_EQ(*items[0]->string(), "\uFFFD");
  EXPECT_EQ(*items[1]->string(), "\U0001F600");
  EXPECT_EQ(*items[2]->string(), "\uFFFDx");
  EXPECT_EQ(*items[3]->string(), "\uFFFD");
  EXPECT_EQ(*items[4]->string(), "A");
}

TEST(JsonReader, KeepsRepeatedMembersAndFindsTheLast) {
  const auto document = read_json(R"({"a":1,"b":2,"a":3})");
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(document->root->mapping()->size(), 3U);
  EXPECT_EQ(find(*document->root, "a")->number()->text, "3");
}

TEST(JsonReader, RefusesInTheWordsOfGo) {
  EXPECT_EQ(round_trip(""), "unexpected end of JSON input");
  EXPECT_EQ(round_trip("{\"a\":1"), "unexpected end of JSON input");
  EXPECT_EQ(round_trip("[1,]"), "invalid character ']' looking for beginning of value");
  EXPECT_EQ(round_trip("{'a':1}"),
            R"(invalid character '\'' looking for beginning of object key string)");
  EXPECT_EQ(round_trip("{\"a\" 1}"), "invalid character '1' after object key");
  EXPECT_EQ(round_trip("{\"a\":1 \"b\":2}"),
            R"(invalid character '"' after object key:value pair)");
  EXPECT_EQ(round_trip("[1 2]"), "invalid character '2' after array element");
  EXPECT_EQ(round_trip("1 x"), "invalid character 'x' after top-level value");
  EXPECT_EQ(round_trip("01"), "invalid character '1' after top-level value");
  EXPECT_EQ(round_trip("tru"), "unexpected end of JSON input");
  EXPECT_EQ(round_trip("trux"), "invalid character 'x' in literal true (expecting 'e')");
  EXPECT_EQ(round_trip("\"\\x\""), "invalid character 'x' in string escape code");
  EXPECT_EQ(round_trip("\"\\u12g4\""), "invalid character 'g' in \\u hexadecimal character escape");
  EXPECT_EQ(round_trip("\"a\nb\""), R"(invalid character '\n' in string literal)");
  EXPECT_EQ(round_trip("1.x"), "invalid character 'x' after decimal point in numeric literal");
  EXPECT_EQ(round_trip("1e+x"), "invalid character 'x' in exponent of numeric literal");
  EXPECT_EQ(round_trip("-x"), "invalid character 'x' in numeric literal");
}

TEST(JsonReader, NamesThePlaceOfAnError) {
  EXPECT_EQ(read_json("{\n \"a\": x}").error().position, (Position{2, 7}));
}

TEST(JsonReader, NestsToTenThousandWithoutRecursion) {
  const std::string deepest = std::string(kMaxJsonDepth, '[') + std::string(kMaxJsonDepth, ']');
  EXPECT_TRUE(read_json(deepest).has_value());
  EXPECT_EQ(read_json("[" + deepest + "]").error().message, "exceeded max depth");
}

TEST(Reader, TakesOnlyTextThatBeginsWithABraceForJson) {
  EXPECT_TRUE(looks_like_json(" \n\t{"));
  EXPECT_FALSE(looks_like_json("[1]"));
  EXPECT_FALSE(looks_like_json("\xEF\xBB\xBF{}"));
  EXPECT_FALSE(looks_like_json(""));
  EXPECT_FALSE(read_document("{a: b}").has_value()) << "flow style is not JSON";
  EXPECT_TRUE(read_document("--- {a: b}").has_value());
}

}  // namespace
}  // namespace kaudit::yaml
