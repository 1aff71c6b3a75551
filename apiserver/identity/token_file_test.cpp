#include "apiserver/identity/token_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text/csv.hpp"

namespace kaudit::apiserver::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(std::string_view text) {
  Rows rows;
  auto records = parse_csv(text).value();
  for (auto& record : records) {
    rows.push_back(std::move(record.fields));
  }
  return rows;
}

std::string csv_error(std::string_view text) {
  const auto records = parse_csv(text);
  return records ? "read" : records.error().message;
}

TEST(Csv, ReadsQuotedFieldsWithCommasQuotesAndLineBreaks) {
  EXPECT_EQ(rows_of("a,\"b,\"\"c\"\"\r\n\nd\",\n"), (Rows{{"a", "b,\"c\"\n\nd", ""}}));
  EXPECT_EQ(rows_of("\"\",\"\"\"\""), (Rows{{"", "\""}}));
}

TEST(Csv, KeepsWhiteSpaceAndSkipsEmptyLines) {
  EXPECT_EQ(rows_of("\r\n a , b\n\n \r\nc\r"), (Rows{{" a ", " b"}, {" "}, {"c"}}));
  EXPECT_EQ(rows_of(""), Rows{});
  EXPECT_EQ(rows_of("\n\n"), Rows{});
  EXPECT_EQ(rows_of("a\rb,\r"), (Rows{{"a\rb", ""}}));
}

TEST(Csv, KnowsTheLineOfEachRecord) {
  const auto records = parse_csv("a\n\n\"b\nb\"\nc\n").value();
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[1].line, 3U);
  EXPECT_EQ(records[2].line, 5U);
}

TEST(Csv, RefusesQuotesOutOfPlace) {
  EXPECT_EQ(csv_error("a\nb\"c\n"), "line 2: bare \" in a field that is not quoted");
  EXPECT_EQ(csv_error("a, \"b\"\n"), "line 1: bare \" in a field that is not quoted");
  EXPECT_EQ(csv_error("\"a\"b\n"), "line 1: extraneous \" in a quoted field");
  EXPECT_EQ(csv_error("a\n\"b\n\n"), "line 3: missing \" at the end of a quoted field");
  EXPECT_EQ(csv_error("\""), "line 1: missing \" at the end of a quoted field");
}

TEST(TokenFile, ReadsUsersAndTheirGroups) {
  const auto parsed = TokenFile::parse("t1,jane,u1,\"dev,ops\",more\nt2,bob,\nt3,,u3,\n");
  ASSERT_TRUE(parsed);
  const auto& file = *parsed;
  ASSERT_NE(file.find("t1"), nullptr);
  EXPECT_EQ((*file.find("t1"))->username, "jane");
  EXPECT_EQ((*file.find("t1"))->uid, "u1");
  EXPECT_THAT((*file.find("t1"))->groups, ElementsAre("dev", "ops"));
  EXPECT_THAT((*file.find("t2"))->groups, IsEmpty());
  EXPECT_EQ((*file.find("t2"))->uid, "");
  EXPECT_THAT((*file.find("t3"))->groups, ElementsAre(""));
  EXPECT_EQ(file.find("t4"), nullptr);
  EXPECT_THAT(file.warnings(), IsEmpty());
}

TEST(TokenFile, PassesOverTheEmptyTokenAndTakesTheLastOfARepeatedOne) {
  const auto parsed = TokenFile::parse("t,jane,1,dev\n,x,2\nt,bob,3\n");
  ASSERT_TRUE(parsed);
  const auto& file = *parsed;
  EXPECT_EQ(file.find(""), nullptr);
  EXPECT_EQ((*file.find("t"))->username, "bob");
  EXPECT_THAT((*file.find("t"))->groups, IsEmpty());
  EXPECT_THAT(file.warnings(),
              ElementsAre("line 2: the empty token is passed over",
                          "line 3: the token was given before; this record counts"));
}

TEST(TokenFile, RefusesRecordsThatAreTooShort) {
  EXPECT_FALSE(TokenFile::parse("t,jane,1\n,x\n"));
  EXPECT_FALSE(TokenFile::parse("t\n"));
  EXPECT_TRUE(TokenFile::parse(""));
}

}  // namespace
}  // namespace kaudit::apiserver::identity
