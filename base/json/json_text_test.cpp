#include "base/json/json_text.hpp"

#include <string>

#include <gtest/gtest.h>

#include "base/json/json_writer.hpp"

namespace kaudit {
namespace {

std::string json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonString, WritesPlainTextAsItIs) {
  EXPECT_EQ(json(""), R"("")");
  EXPECT_EQ(json("/api/v1?a=b 'c' \x7f"), "\"/api/v1?a=b 'c' \x7f\"");
  EXPECT_EQ(json("\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80\xEF\xBF\xBD"),
            "\"\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80\xEF\xBF\xBD\"");
}

TEST(JsonString, EscapesControlsAndHtml) {
  EXPECT_EQ(json(std::string_view("\0\x01\x1F\b\f\n\r\t\v", 9)),
            R"("\u0000\u0001\u001f\b\f\n\r\t\u000b")");
  EXPECT_EQ(json(R"("\<>&/)"), R"("\"\\\u003c\u003e\u0026/")");
  EXPECT_EQ(json("\xE2\x80\xA7\xE2\x80\xA8\xE2\x80\xA9"), "\"\xE2\x80\xA7\\u2028\\u2029\"");
}

TEST(JsonString, WritesEachBadByteAsAnEscapedReplacement) {
  EXPECT_EQ(json("\xFF\xC3(\xE2\x80\xED\xA0\x80\xF4\x90\x80\x80\xC0\xAF"),
            R"("\ufffd\ufffd(\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd")");
}

TEST(JsonString, FindsSpecialBytesAtEveryPlaceAndLength) {
  for (const auto& [special, escaped] :
       {std::pair<std::string, std::string>{"\"", "\\\""}, {"\xE9", "\\ufffd"}, {"&", "\\u0026"}}) {
    for (std::size_t before = 0; before < 40; ++before) {
      for (std::size_t after = 0; after < 20; ++after) {
        const std::string head(before, 'a');
        const std::string tail(after, 'z');
        ASSERT_EQ(json(head + special + tail), '"' + head + escaped + tail + '"');
      }
    }
  }
}

TEST(JsonString, MayBeLongerThanAnyBuffer) {
  for (const std::size_t size : {255U, 256U, 257U, 1000U, 1022U, 1023U, 1024U, 1025U, 100'000U}) {
    const std::string plain(size, 'x');
    EXPECT_EQ(json(plain), '"' + plain + '"');
    std::string escaped;
    for (std::size_t i = 0; i < size; ++i) escaped += "\\n";
    EXPECT_EQ(json(std::string(size, '\n')), '"' + escaped + '"');
    // A character on the border between two pieces stays whole.
    EXPECT_EQ(json(plain + "\xF0\x9F\x98\x80"), '"' + plain + "\xF0\x9F\x98\x80\"");
  }
}

TEST(JsonWriter, KeepsTheOrderOfWhatIsWritten) {
  std::string out = "[";
  {
    JsonWriter writer(out);
    for (int i = 0; i < 1000; ++i) {
      writer.integer(i % 2 == 0 ? i : -i);
      writer.character(',');
    }
    writer.raw(std::string(2000, '1'));
    writer.literal("]");
  }
  EXPECT_EQ(out.substr(0, 12), "[0,-1,2,-3,4");
  EXPECT_EQ(out.substr(out.size() - 2007), ",-999," + std::string(2000, '1') + "]");
}

}  // namespace
}  // namespace kaudit
