#include "base/json/json_fault.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "base/json/json_cursor.hpp"
#include "base/json/json_scanner.hpp"
#include "base/json/json_string.hpp"
#include "base/json/json_text.hpp"

namespace kaudit {
namespace {

struct Refusal {
  std::string ours;
  std::string go;
};

Refusal refusal(std::string_view text) {
  JsonHandler handler;
  JsonScanner scanner(text, handler);
  EXPECT_FALSE(scanner.run()) << text;
  return {describe(scanner.fault(), text), describe_as_go(scanner.fault(), text)};
}

TEST(JsonFault, SaysTheSameInTwoWordings) {
  const auto expect = [](std::string_view text, std::string_view ours, std::string_view go) {
    const Refusal refused = refusal(text);
    EXPECT_EQ(refused.ours, ours) << text;
    EXPECT_EQ(refused.go, go) << text;
  };
  expect("[1,]", "unexpected ']' at offset 3: no value begins so",
         "invalid character ']' looking for beginning of value");
  expect("[\"\x01\"]",
         "unexpected byte 0x01 at offset 2: a control character in a string must be escaped",
         R"(invalid character '\x01' in string literal)");
  expect("{\"a\" 1}", "unexpected '1' at offset 5: expected ':' after a member's name",
         "invalid character '1' after object key");
  expect("nulk", "unexpected 'k' at offset 3: expected true, false or null",
         "invalid character 'k' in literal null (expecting 'l')");
  expect("{\"a\":1", "unexpected end of JSON at offset 6: an object is not closed",
         "unexpected end of JSON input");
  expect(std::string(kMaxJsonDepth + 1, '['),
         "unexpected '[' at offset 10000: nested more than 10,000 deep", "exceeded max depth");
}

std::string decoded(std::string_view raw) {
  std::string text;
  decode_json_string(text, raw);
  return text;
}

TEST(JsonStringDecoder, TakesEscapesAndPairs) {
  EXPECT_EQ(decoded(R"(\"\\\/\b\f\n\r\t<>&)"), "\"\\/\b\f\n\r\t<>&");
  EXPECT_EQ(decoded(R"(\u0041\ud83D\uDe00\u00e9)"), "A\U0001F600\u00e9");
}

TEST(JsonStringDecoder, ReplacesLoneSurrogatesAndBadBytes) {
  EXPECT_EQ(decoded(R"(\ud800)"), "\uFFFD");
  EXPECT_EQ(decoded(R"(\ud800x\udc00\ud800\u0041)"), "\uFFFDx\uFFFD\uFFFDA");
  EXPECT_EQ(decoded("a\xFF\xE2\x80z"), "a\uFFFD\uFFFD\uFFFDz");
}

TEST(JsonNumber, IsWrittenAsEncodingJsonDoes) {
  for (const auto& [value, text] : {std::pair<double, const char*>{0, "0"},
                                    {-0.0, "-0"},
                                    {1.5, "1.5"},
                                    {1e20, "100000000000000000000"},
                                    {1e21, "1e+21"},
                                    {1e-6, "0.000001"},
                                    {1e-7, "1e-7"},
                                    {1.25e-10, "1.25e-10"}}) {
    EXPECT_EQ(json_number(value), text);
  }
}

TEST(JsonCursor, RefusesWhatIsNotCompactWithoutLeavingTheText) {
  for (const std::string_view text : {"", "\"", "\"a", "[", "[1", "{\"a\":", "\"\\", ",", "]"}) {
    EXPECT_THROW(JsonCursor(text).skip(), std::logic_error) << text;
  }
}

}  // namespace
}  // namespace kaudit
