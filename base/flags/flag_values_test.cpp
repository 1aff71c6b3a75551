#include "base/flags/flag_values.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace kaudit {
namespace {

TEST(Integers, AreReadInEveryBase) {
  EXPECT_EQ(parse_integer("0"), 0);
  EXPECT_EQ(parse_integer("-42"), -42);
  EXPECT_EQ(parse_integer("+42"), 42);
  EXPECT_EQ(parse_integer("0x10"), 16);
  EXPECT_EQ(parse_integer("-0XfF"), -255);
  EXPECT_EQ(parse_integer("0b101"), 5);
  EXPECT_EQ(parse_integer("0o17"), 15);
  EXPECT_EQ(parse_integer("017"), 15);
  EXPECT_EQ(parse_integer("1_000"), 1000);
  EXPECT_EQ(parse_integer("0x_10"), 16);
  EXPECT_EQ(parse_integer("0_7"), 7);
}

TEST(Integers, ReachTheEndsOf64Bits) {
  using Limits = std::numeric_limits<std::int64_t>;
  EXPECT_EQ(parse_integer("9223372036854775807"), Limits::max());
  EXPECT_EQ(parse_integer("-9223372036854775808"), Limits::min());
  EXPECT_EQ(parse_integer("9223372036854775808").error().message,
            "strconv.ParseInt: parsing \"9223372036854775808\": value out of range");
  EXPECT_FALSE(parse_integer("-9223372036854775809").has_value());
}

TEST(Integers, RefuseWhatGoRefuses) {
  for (const char* text : {"", "x", " 5", "5 ", "1.5", "-", "08", "0x", "0b2", "1__0", "_1", "1_",
                           "0x1_", "--1", "1e3", "_"}) {
    const auto value = parse_integer(text);
    ASSERT_FALSE(value.has_value()) << text;
    EXPECT_EQ(value.error().message,
              "strconv.ParseInt: parsing \"" + std::string(text) + "\": invalid syntax");
  }
}

TEST(Bools, HaveTwelveSpellings) {
  for (const char* text : {"1", "t", "T", "TRUE", "true", "True"}) {
    EXPECT_EQ(parse_bool(text), true);
  }
  for (const char* text : {"0", "f", "F", "FALSE", "false", "False"}) {
    EXPECT_EQ(parse_bool(text), false);
  }
  for (const char* text : {"", "yes", "tRUE", "on", " true"}) {
    EXPECT_FALSE(parse_bool(text).has_value()) << text;
  }
}

TEST(Floats, AreReadAsGoLiterals) {
  EXPECT_EQ(parse_float("0.5"), 0.5F);
  EXPECT_EQ(parse_float("-1"), -1.0F);
  EXPECT_EQ(parse_float(".5"), 0.5F);
  EXPECT_EQ(parse_float("5."), 5.0F);
  EXPECT_EQ(parse_float("1e-3"), 0.001F);
  EXPECT_EQ(parse_float("1_000.5"), 1000.5F);
  EXPECT_EQ(parse_float("0x1p4"), 16.0F);
  EXPECT_EQ(parse_float("1e-60"), 0.0F);
  EXPECT_TRUE(std::isnan(parse_float("NaN").value()));
  EXPECT_TRUE(std::isinf(parse_float("-Infinity").value()));
}

TEST(Floats, RefuseWhatGoRefuses) {
  for (const char* text : {"", "abc", ".", "1e", "0x10", "1 ", " 1", "1__0", "+nan", "nan(1)", "e5",
                           "infi", "0x.p1", "1f"}) {
    EXPECT_FALSE(parse_float(text).has_value()) << text;
  }
  EXPECT_EQ(parse_float("1e39").error().message,
            "strconv.ParseFloat: parsing \"1e39\": value out of range");
}

TEST(Floats, ArePrintedAsGoPrintsThem) {
  EXPECT_EQ(float_text(10), "10");
  EXPECT_EQ(float_text(0), "0");
  EXPECT_EQ(float_text(-1), "-1");
  EXPECT_EQ(float_text(0.1F), "0.1");
  EXPECT_EQ(float_text(3.3333333F), "3.3333333");
  EXPECT_EQ(float_text(123456), "123456");
  EXPECT_EQ(float_text(-1000000), "-1e+06");
  EXPECT_EQ(float_text(16777216), "1.6777216e+07");
  EXPECT_EQ(float_text(0.0001F), "0.0001");
  EXPECT_EQ(float_text(0.00001F), "1e-05");
  EXPECT_EQ(float_text(std::numeric_limits<float>::quiet_NaN()), "NaN");
  EXPECT_EQ(float_text(-std::numeric_limits<float>::infinity()), "-Inf");
}

}  // namespace
}  // namespace kaudit
