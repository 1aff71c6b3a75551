#include "base/text/quote.hpp"

#include <gtest/gtest.h>

#include "base/text/unicode.hpp"

namespace kaudit {
namespace {

TEST(Quoted, EscapesAsGoDoes) {
  EXPECT_EQ(go_quoted(""), R"("")");
  EXPECT_EQ(go_quoted(R"(a"b\c'd`%q)"), R"("a\"b\\c'd`%q")");
  EXPECT_EQ(go_quoted(std::string_view("\0\x01\a\b\t\n\v\f\r\x1b\x7f", 11)),
            R"("\x00\x01\a\b\t\n\v\f\r\x1b\x7f")");
}

TEST(Quoted, ShowsPrintableTextAndNoOther) {
  EXPECT_EQ(go_quoted("\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80\xEF\xBF\xBD"),
            "\"\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80\xEF\xBF\xBD\"");
  EXPECT_EQ(go_quoted("\xC2\x80\xC2\xA0\xC2\xAD\xE2\x80\x8B\xE2\x80\xA8\xEF\xBB\xBF\xEF\xBF\xBF"),
            R"("\u0080\u00a0\u00ad\u200b\u2028\ufeff\uffff")");
  EXPECT_EQ(go_quoted("\xF3\xA0\x80\x81\xF4\x8F\xBF\xBF"), R"("\U000e0001\U0010ffff")");
}

TEST(Quoted, ShowsBadBytesOneByOne) {
  EXPECT_EQ(go_quoted("\xFF\xC3(\xE2\x80\xED\xA0\x80\xF4\x90\x80\x80"),
            R"("\xff\xc3(\xe2\x80\xed\xa0\x80\xf4\x90\x80\x80")");
}

TEST(Printable, FollowsTheGeneralCategories) {
  for (const char32_t yes : {0x20U, 0x41U, 0xA1U, 0x301U, 0x660U, 0x20ACU, 0x4E00U, 0xFFFDU,
                             0x1F600U, 0x1FAE8U, 0x31350U}) {
    EXPECT_TRUE(is_printable(yes)) << std::hex << static_cast<unsigned>(yes);
  }
  for (const char32_t no :
       {0x0U, 0x1FU, 0x7FU, 0xA0U, 0xADU, 0x378U, 0x2003U, 0x2028U, 0x3000U, 0xD800U, 0xE000U,
        0xFEFFU, 0xFFFEU, 0xE0001U, 0xF0000U, 0x10FFFFU, 0x110000U}) {
    EXPECT_FALSE(is_printable(no)) << std::hex << static_cast<unsigned>(no);
  }
}

TEST(Utf8, ReadsBackEveryCodePoint) {
  std::string text;
  for (char32_t code_point = 0; code_point < 0x110000; ++code_point) {
    if (code_point >= 0xD800 && code_point < 0xE000) continue;
    text.clear();
    append_utf8(text, code_point);
    const Rune rune = decode_rune(text);
    ASSERT_TRUE(rune.valid);
    ASSERT_EQ(rune.code_point, code_point);
    ASSERT_EQ(rune.size, text.size());
    ASSERT_FALSE(text.size() > 1 && decode_rune(text.substr(0, text.size() - 1)).valid);
  }
}

TEST(Utf8, WritesSurrogatesAsReplacement) {
  std::string text;
  append_utf8(text, 0xD800);
  append_utf8(text, 0x110000);
  EXPECT_EQ(text, "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Utf8, MakesEachMalformedByteAReplacement) {
  const std::string good = "sixteen letters \xC3\xA4 and more";
  EXPECT_TRUE(is_utf8(good));
  EXPECT_EQ(valid_utf8(good), good);
  const std::string bad = "sixteen letters \xC3 and \xE2\x80";
  EXPECT_EQ(find_malformed(bad), 16U);
  EXPECT_FALSE(is_utf8(bad));
  EXPECT_EQ(valid_utf8(bad), "sixteen letters \xEF\xBF\xBD and \xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(valid_utf8(""), "");
}

TEST(Visible, ShowsWhatWouldMoveATerminal) {
  EXPECT_EQ(visible("\x1b[2J\r\a\b\x7f"), "\\x1b[2J\\r\\a\\b\\x7f");
  EXPECT_EQ(visible("a\nb\tc"), "a\\nb\\tc");
  EXPECT_EQ(visible("\xc2\x9b"
                    "31m"),
            "\\u009b31m")
      << "CSI in one character";
  EXPECT_EQ(visible("\xe2\x80\xae"
                    "x\xe2\x81\xa6"),
            "\\u202ex\\u2066")
      << "bidirectional";
  EXPECT_EQ(visible("\x9b"
                    "31m"),
            "\\x9b31m")
      << "no UTF-8";
  EXPECT_EQ(visible("\xf3\xa0\x81\x81"), "\\U000e0041") << "a tag character";
}

TEST(Visible, LeavesTextAsItIsAndIsDoneTwiceWithoutHarm) {
  for (const std::string text : {"alice@example.com", "DOMAIN\\user", "Jürgen 東京 …", "\"<&>"}) {
    EXPECT_EQ(visible(text), text);
  }
  const std::string once = visible("\x1b\n\xff");
  EXPECT_EQ(visible(once), once);
  EXPECT_EQ(visible("a\n\tb\r", Layout::Kept), "a\n\tb\\r");
}

TEST(Visible, KeepsTheValueOfJson) {
  EXPECT_EQ(visible_json("{\"a\":\"\xc2\x9b\xe2\x80\xae é\"}\n"), "{\"a\":\"\\u009b\\u202e é\"}\n");
  EXPECT_EQ(visible_json("\"\xf3\xa0\x81\x81\""), "\"\\udb40\\udc41\"");
}

}  // namespace
}  // namespace kaudit
