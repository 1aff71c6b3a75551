#include "base/text/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kaudit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> record(std::string_view text) {
  auto values = parse_csv_record(text);
  EXPECT_TRUE(values.has_value()) << text;
  return values.value_or(std::vector<std::string>{"refused"});
}

TEST(Csv, SplitsAtCommasAndKeepsEmptyValues) {
  EXPECT_THAT(record("a,b"), ElementsAre("a", "b"));
  EXPECT_THAT(record(","), ElementsAre("", ""));
  EXPECT_THAT(record(" a, b"), ElementsAre(" a", " b"));
  EXPECT_THAT(record("a,"), ElementsAre("a", ""));
}

TEST(Csv, NoTextIsNoValue) { EXPECT_THAT(record(""), IsEmpty()); }

TEST(Csv, ReadsQuotedValues) {
  EXPECT_THAT(record(R"("a,b",c)"), ElementsAre("a,b", "c"));
  EXPECT_THAT(record(R"("say ""hi""")"), ElementsAre("say \"hi\""));
  EXPECT_THAT(record("\"two\nlines\",x"), ElementsAre("two\nlines", "x"));
}

TEST(Csv, StopsAtTheEndOfTheFirstRecord) {
  EXPECT_THAT(record("a,b\nc"), ElementsAre("a", "b"));
  EXPECT_THAT(record("a\r\n"), ElementsAre("a"));
  EXPECT_THAT(record("\n\na"), ElementsAre("a"));
}

TEST(Csv, RefusesQuotesInTheWrongPlace) {
  for (const char* text : {"a\"b", "\"a", "\"a\"b", "x,\"", "\n"}) {
    EXPECT_FALSE(parse_csv_record(text).has_value()) << text;
  }
}

TEST(Csv, WritesWhatItReads) {
  const std::vector<std::string> values = {"plain", "a,b", "\"q\"", "two\nlines", "", " x"};
  EXPECT_EQ(record(csv_record(values)), values);
}

}  // namespace
}  // namespace kaudit
