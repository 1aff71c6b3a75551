#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text/ascii.hpp"
#include "base/text/hex.hpp"
#include "base/text/ip_address.hpp"
#include "base/text/list.hpp"
#include "base/text/text_writer.hpp"
#include "base/text/trim.hpp"
#include "base/uuid.hpp"

namespace kaudit {
namespace {

TEST(Ascii, KnowsItsLettersAndDigitsAndNoOthers) {
  int digits = 0;
  int letters = 0;
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    digits += is_digit(c) ? 1 : 0;
    letters += is_letter(c) ? 1 : 0;
    EXPECT_EQ(is_alphanumeric(c), is_digit(c) || is_letter(c)) << byte;
    EXPECT_EQ(to_lower(c) != c, is_upper(c)) << byte;
  }
  EXPECT_EQ(digits, 10);
  EXPECT_EQ(letters, 52);
  EXPECT_TRUE(is_digit('0') && is_digit('9') && is_lower('a') && is_upper('Z'));
}

TEST(Ascii, ComparesWithoutCase) {
  EXPECT_TRUE(equals_ignoring_case("Content-Type", "cONTENT-tYPE"));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
  EXPECT_FALSE(equals_ignoring_case("@", "`"));  // 32 apart, as letters are
  EXPECT_EQ(lower_case("ÄB[Z"), "Äb[z");
}

TEST(Hex, ReadsBothCasesAndWritesTheAskedOne) {
  std::string digits;
  for (int byte = 0; byte < 256; ++byte) {
    if (is_hex_digit(static_cast<char>(byte))) digits += static_cast<char>(byte);
  }
  EXPECT_EQ(digits, "0123456789ABCDEFabcdef");
  EXPECT_EQ(hex_value('f'), 15);
  EXPECT_EQ(hex_value('A'), 10);
  EXPECT_EQ(hex_value('g'), -1);
  EXPECT_EQ(hex_value('\x10'), -1);  // a control character that is '0' but for one bit
  std::string out;
  append_hex(out, '\xAF');
  append_hex(out, '\x0B', kUpperHex);
  EXPECT_EQ(out, "af0B");
}

TEST(Uuid, IsOfVersion4AndOfNoOneElse) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string uuid = random_uuid();
    EXPECT_THAT(uuid,
                testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                      "[0-9a-f]{12}"));
    EXPECT_TRUE(seen.insert(uuid).second) << uuid;
  }
}

TEST(List, SplitsAtEverySeparator) {
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(split("a,b", ','), (Parts{"a", "b"}));
  EXPECT_EQ(split("", ','), Parts{""});
  EXPECT_EQ(split(",a,,", ','), (Parts{"", "a", "", ""}));
}

TEST(List, TakesUntilTheSeparator) {
  std::string_view rest = "a;b;";
  EXPECT_EQ(take_until(rest, ';'), "a");
  EXPECT_EQ(rest, "b;");
  EXPECT_EQ(take_until(rest, ';'), "b");
  EXPECT_TRUE(rest.empty());
  EXPECT_EQ(take_until(rest, ';'), "");
}

TEST(List, JoinsWhatItSplits) {
  for (const char* text : {"", ",", "a", "a,b", ",a,,b"}) {
    EXPECT_EQ(joined(split(text, ','), ","), text);
  }
  EXPECT_EQ(joined(std::vector<std::string>{"", "x", "y"}, ", "), ", x, y");
}

TEST(Trim, TakesWhiteSpaceOfItsKindOnly) {
  EXPECT_EQ(trim_space("\u00a0\n a b\t\u3000"), "a b");
  EXPECT_EQ(trim_blanks(" \ta b\t "), "a b");
  EXPECT_EQ(trim_blanks("\na\r"), "\na\r");
  EXPECT_EQ(trim_blanks_left(" a "), "a ");
  EXPECT_EQ(trim_blanks(" \t "), "");
  EXPECT_TRUE(is_blank_line("") && is_blank_line(" \t\r\v\f\n"));
  EXPECT_FALSE(is_blank_line(" \u00a0"));
}

TEST(IpAddress, KnowsWhichOnesAreForOneHostAnywhere) {
  for (const char* text : {"10.1.2.3", "192.168.0.1", "8.8.8.8", "2001:db8::1", "fd00::1"}) {
    EXPECT_TRUE(IpAddress::parse(text)->is_global_unicast()) << text;
  }
  for (const char* text : {"0.0.0.0", "127.0.0.1", "169.254.1.1", "224.0.0.1", "239.1.1.1",
                           "255.255.255.255", "::", "::1", "fe80::1", "ff02::1"}) {
    EXPECT_FALSE(IpAddress::parse(text)->is_global_unicast()) << text;
  }
}

TEST(TextWriter, PutsOnlyLongTextsIntoTheStringWhenItIsDone) {
  for (const std::size_t size : {0U, 1U, 1023U, 1024U, 1025U, 5000U}) {
    std::string wanted;
    std::string out;
    {
      TextWriter writer(out, TextWriter::AtEnd::Drop);
      writer.reserve(size);
      EXPECT_EQ(out.capacity() >= size, size > 1024 || size <= std::string().capacity());
      while (wanted.size() < size) {
        writer.character('x');
        wanted += 'x';
      }
      EXPECT_EQ(writer.size(), size);
      EXPECT_EQ(writer.finish(), wanted);
    }
    EXPECT_EQ(out, size > 1024 ? wanted : "");
  }
}

}  // namespace
}  // namespace kaudit
