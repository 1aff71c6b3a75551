#include "base/text/duration.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace kaudit {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

std::string error_of(std::string_view text) {
  const auto parsed = parse_duration(text);
  return parsed ? "parsed as " + duration_text(*parsed) : parsed.error().message;
}

struct Case {
  std::string_view text;
  nanoseconds value;
};

TEST(ParseDuration, ReadsWholeAndFractionalNumbersOfEveryUnit) {
  for (const auto& [text, value] : std::initializer_list<Case>{
           {"0", 0ns},
           {"-0", 0ns},
           {"5s", 5s},
           {"+5s", 5s},
           {"-5s", -5s},
           {"1.5h", 90min},
           {".5s", 500ms},
           {"5.s", 5s},
           {"1h30m15.25s", 1h + 30min + 15250ms},
           {"7us", 7us},
           {"7\u00b5s", 7us},
           {"7\u03bcs", 7us},
           {"52763797000ns", 52763797000ns},
           {"0.100000000000000000000h", 6min},
           {"0.3333333333333333333h", 20min},
           {"0.9223372036854775807s", 922337203ns},
           {"1m1m1m", 3min},
           {"9223372036854775807ns", nanoseconds::max()},
           {"-9223372036854775808ns", nanoseconds::min()},
           {"-2562047h47m16.854775808s", nanoseconds::min()},
       }) {
    const auto parsed = parse_duration(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
    EXPECT_EQ(parsed->count(), value.count()) << text;
  }
}

TEST(ParseDuration, SaysInGosWordsWhatIsWrong) {
  EXPECT_EQ(error_of("abc"), R"(time: invalid duration "abc")");
  EXPECT_EQ(error_of(""), R"(time: invalid duration "")");
  EXPECT_EQ(error_of("-"), R"(time: invalid duration "-")");
  EXPECT_EQ(error_of("."), R"(time: invalid duration ".")");
  EXPECT_EQ(error_of("-.s"), R"(time: invalid duration "-.s")");
  EXPECT_EQ(error_of("+-5s"), R"(time: invalid duration "+-5s")");
  EXPECT_EQ(error_of("5"), R"(time: missing unit in duration "5")");
  EXPECT_EQ(error_of("5s3"), R"(time: missing unit in duration "5s3")");
  EXPECT_EQ(error_of("5 s"), R"(time: unknown unit " s" in duration "5 s")");
  EXPECT_EQ(error_of("5d"), R"(time: unknown unit "d" in duration "5d")");
}

TEST(ParseDuration, QuotesWhatIsNoPrintableAsciiInHex) {
  EXPECT_EQ(error_of("1\"\\"), R"(time: unknown unit "\"\\" in duration "1\"\\")");
  EXPECT_EQ(error_of("1\n\u00e9\xff"), R"(time: unknown unit "\x0a\xc3\xa9\xff" in duration )"
                                       R"("1\x0a\xc3\xa9\xff")");
}

TEST(ParseDuration, RefusesWhatDoesNotFitIn64Bits) {
  for (const auto* text :
       {"9223372036854775808ns", "-9223372036854775809ns", "9223372036854776us", "3000000h",
        "2562047h47m16.854775808s", "18446744073709551616ns", "9223372036854775807ns1ns",
        "-9223372036854775808ns9223372036854775808ns"}) {
    EXPECT_EQ(error_of(text), "time: invalid duration \"" + std::string(text) + "\"");
  }
}

TEST(DurationText, WritesAsGoDoes) {
  for (const auto& [text, value] : std::initializer_list<Case>{
           {"0s", 0ns},
           {"550ns", 550ns},
           {"7.482\u00b5s", 7482ns},
           {"1\u00b5s", 1us},
           {"602.182133ms", 602182133ns},
           {"1.234567s", 1234567us},
           {"1m0s", 1min},
           {"1h0m0s", 1h},
           {"1h2m3.4s", 1h + 2min + 3400ms},
           {"-1.5s", -1500ms},
           {"2562047h47m16.854775807s", nanoseconds::max()},
           {"-2562047h47m16.854775808s", nanoseconds::min()},
       }) {
    EXPECT_EQ(duration_text(value), text);
  }
}

TEST(DurationText, IsReadBackAsTheSameDuration) {
  for (std::int64_t count = 1; count > 0 && count < std::numeric_limits<std::int64_t>::max() / 7;
       count = count * 7 + 3) {
    for (const auto value : {nanoseconds{count}, nanoseconds{-count}}) {
      EXPECT_EQ(parse_duration(duration_text(value)), value) << duration_text(value);
    }
  }
}

}  // namespace
}  // namespace kaudit
