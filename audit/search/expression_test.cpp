#include "audit/search/expression.hpp"

#include <gtest/gtest.h>

#include "audit/search/explanation.hpp"

namespace kaudit::audit::search {
namespace {

std::string written(std::string_view text) {
  const auto parsed = parse_expression(text);
  return parsed ? text_of(*parsed) : "error: " + parsed.error().message;
}

TEST(Expressions, ReadWhatFalcoReads) {
  EXPECT_EQ(written("ka.verb in ()"), "ka.verb in ()");
  EXPECT_EQ(written("ka.verb in()"), "ka.verb in ()");
  EXPECT_EQ(written("ka.uri=*.log"), "ka.uri = *.log");
  EXPECT_EQ(written("ka.verb=a and ka.verb=b and(ka.verb=c)"),
            "ka.verb = a and ka.verb = b and ka.verb = c");
  EXPECT_EQ(written("not(not(ka.verb exists))"), "not (not (ka.verb exists))");
  EXPECT_EQ(written("not not ka.verb exists"), "not (not (ka.verb exists))");
  EXPECT_EQ(written("ka.verb = not"), "ka.verb = not");
  EXPECT_EQ(written("ka.verb in (\"a b\", 'c', d)"), "ka.verb in (\"a b\", c, d)");
  EXPECT_EQ(written("jevt.value[/objectRef/name] startswith a"),
            "jevt.value[/objectRef/name] startswith a");
  EXPECT_EQ(written("ka.uri.param[limit] = \"500\""), "ka.uri.param[limit] = 500");
}

TEST(Expressions, ReadFunctionsOfFields) {
  for (const char* const text :
       {"tolower(ka.user.name) = a", "len(ka.user.groups) > 2",
        "toupper(basename(jevt.value[/requestURI])) = A", "join(\",\", ka.user.groups) contains a",
        "join(ka.verb, (\"a\", tolower(ka.verb))) = a", "join(\"\", ()) exists",
        "concat(ka.user.name, \"/\", ka.target.name) in (a/b, c/d)",
        "b64(concat(\"YQ\", \"==\")) = a", "ka.user.name = val(ka.target.name)",
        "ka.user.name = tolower(ka.target.name)", "ka.user.name in join(\"-\", (\"a\", \"b\"))",
        "tolower(ka.user.groups) intersects (a)", "concat(\"a\\\"\", \"\\\\\") = a"}) {
    EXPECT_EQ(written(text), text);
  }
  EXPECT_EQ(written("concat( 'a' ,ka.verb )=b"), "concat(\"a\", ka.verb) = b");
}

TEST(Expressions, AndBindsStrongerThanOr) {
  EXPECT_EQ(written("ka.verb=a or ka.verb=b and ka.verb=c"),
            "ka.verb = a or (ka.verb = b and ka.verb = c)");
  EXPECT_EQ(written("(ka.verb=a or ka.verb=b) and not ka.verb=c"),
            "(ka.verb = a or ka.verb = b) and not (ka.verb = c)");
}

TEST(Expressions, RefuseWhatFalcoRefuses) {
  for (const char* const text : {"ka.verb = a andb ka.uri = c",
                                 "ka.verb = b = 1",
                                 "ka.verb in (v,)",
                                 "ka.uri startswith (v)",
                                 "macro > 12",
                                 "ka.verb = x,",
                                 "ka.verb EXISTS",
                                 "ka.uri contains command=tar",
                                 "ka.user.groups = x",
                                 "",
                                 "(ka.verb exists",
                                 "ka.verb",
                                 "ka.verb = \"a",
                                 "ka.verb in x",
                                 "jevt.value[a] exists",
                                 "ka.uri.param exists",
                                 "ka.verb[0] exists",
                                 "ka.verb exists)",
                                 "ka.verb = 'a\\q'",
                                 "join() = a",
                                 "join(\"-\") = a",
                                 "join(\"-\", \"a\", \"b\") = a",
                                 "join(ka.user.groups, (\"a\")) = a",
                                 "join((\"a\"), (\"b\")) = a",
                                 "join(\"a\", \"b\") = a",
                                 "join(\"-\", (ka.user.groups)) = a",
                                 "concat() = a",
                                 "concat(\"a\") = a",
                                 "concat(ka.user.groups, \"a\") = a",
                                 "concat(len(ka.verb), \"a\") = a",
                                 "tolower(\"a\") = a",
                                 "tolower(ka.verb, ka.verb) = a",
                                 "tolower(len(ka.verb)) = a",
                                 "tolower(ka.user.groups) = a",
                                 "len((\"a\")) = 1"}) {
    EXPECT_FALSE(parse_expression(text).has_value()) << text;
  }
}

struct Mistake {
  const char* text;
  std::size_t offset;
  const char* says;
};

TEST(Expressions, AMistakeHasItsPlaceAndTheNearestName) {
  const Mistake mistakes[] = {
      {"ka.verb = get and ka.usr.name = a", 18, "did you mean ka.user.name?"},
      {"ka.verb containz x", 8, "did you mean contains?"},
      {"ka.verb = get adn ka.uri = x", 14, "did you mean and?"},
      {"ka.uri contains command=tar", 23, "must be quoted"},
      {"ka.user.groups = x", 15, "ka.user.groups is a list"},
      {"ka.verb = 'x", 10, "not closed"},
      {"verb = get", 0, "ka.verb"},
      {"ka.verb in get", 11, "list in parentheses"},
      {"ka.verb = x and lower(ka.verb) = a", 16,
       "tolower, toupper, b64, basename, len, join and concat"},
      {"ka.verb = upper(ka.verb)", 10, "is not a function"},
      {"getopt(ka.user.groups, \"a:\") intersects (a)", 0,
       "no field of audit events has the words"},
      {"concat(ka.verb, x) = a", 16, "a text has quotes here"},
      {"concat(ka.verb, ka.verv) = a", 16, "did you mean ka.verb?"},
      {"join(\",\", ka.verb) = a", 0, "join takes a text and a list"},
  };
  for (const Mistake& mistake : mistakes) {
    const auto parsed = parse_expression(mistake.text);
    ASSERT_FALSE(parsed.has_value()) << mistake.text;
    EXPECT_EQ(parsed.error().offset, mistake.offset) << mistake.text;
    EXPECT_NE(parsed.error().message.find(mistake.says), std::string::npos)
        << mistake.text << ": " << parsed.error().message;
  }
}

TEST(Expressions, AnErrorShowsTheLineWithACaret) {
  const auto parsed = parse_expression("ka.verb = get and\nka.usr = x");
  ASSERT_FALSE(parsed.has_value());
  const std::string shown = describe(parsed.error(), "ka.verb = get and\nka.usr = x");
  EXPECT_NE(shown.find("(character 19)\n    ka.usr = x\n    ^"), std::string::npos) << shown;
}

TEST(Expressions, NestingHasALimit) {
  std::string calls = "ka.verb";
  for (int i = 0; i < 200; ++i) calls = "tolower(" + calls + ")";
  EXPECT_NE(written(calls + " = a").find("nested too deeply"), std::string::npos);
  const std::string deep(200, '(');
  EXPECT_FALSE(parse_expression(deep + "ka.verb exists" + std::string(200, ')')).has_value());
  EXPECT_TRUE(
      parse_expression(deep + "ka.verb exists" + std::string(200, ')'), nullptr, kMaxRuleNesting)
          .has_value());
}

}  // namespace
}  // namespace kaudit::audit::search
