// A syntax error names the line where the mistake is, and a fix that fits it.
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/lint/check.hpp"

namespace kaudit::policy::lint {
namespace {

using ::testing::HasSubstr;

struct Mistake {
  const char* name;
  const char* rules;  ///< from line 3 on
  yaml::Position position;
  const char* fix;
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class EachMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(EachMistake, IsNamedWhereItIsWithAFixThatFits) {
  const Mistake& mistake = GetParam();
  const CheckReport report =
      check(std::string("apiVersion: audit.k8s.io/v1\nkind: Policy\n") + mistake.rules);
  ASSERT_EQ(report.findings.size(), 1U);
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.code, Code::Malformed) << finding.message;
  EXPECT_EQ(finding.position.line, mistake.position.line) << finding.message << finding.fix;
  EXPECT_EQ(finding.position.column, mistake.position.column) << finding.message << finding.fix;
  EXPECT_THAT(finding.fix, HasSubstr(mistake.fix));
}

INSTANTIATE_TEST_SUITE_P(
    SyntaxAdvice, EachMistake,
    ::testing::Values(
        Mistake{"BareStar",
                "rules:\n- level: None\n  nonResourceURLs: [/healthz*, *]\n",
                {5, 32},
                "put it into quotes, `\"*\"`"},
        Mistake{"StarInALine", "rules:\n- level: None\n  verbs:\n  - *\n", {6, 5}, "`\"*\"`"},
        Mistake{"Alias", "rules:\n- level: None\n  users: [*admin]\n", {5, 11}, "`\"*admin\"`"},
        Mistake{"Percent", "rules:\n- level: None\n  users: [%admin]\n", {5, 11}, "into quotes"},
        Mistake{"At", "rules:\n- level: None\n  users:\n  - @alice\n", {6, 5}, "`\"@alice\"`"},
        Mistake{"UnclosedBracket",
                "rules:\n- level: None\n  verbs: [get, list\n  users: [a]\n- level: Metadata\n",
                {5, 10},
                "a `]` is missing"},
        Mistake{"UnclosedBrace",
                "rules:\n- {level: None, verbs: [get]\n- level: Metadata\n",
                {4, 3},
                "a `}` is missing"},
        Mistake{"SecondClosingBracket",
                "rules:\n- level: None\n  verbs: [get, list]]\n",
                {5, 21},
                "one too many"},
        Mistake{"WrongBracket",
                "rules:\n- level: None\n  verbs: [get, list}\n",
                {5, 20},
                "closes none"},
        Mistake{
            "UnclosedQuote", "rules:\n- level: None\n  users: [\"a]\n", {5, 11}, "close the quote"},
        Mistake{"CommaBehindAList",
                "rules:\n- level: None\n  verbs: [get],\n  users: [a]\n",
                {5, 15},
                "remove this comma"},
        Mistake{"TwoCommas", "rules:\n- level: None\n  verbs: [get,, list]\n", {5, 15}, "comma"},
        Mistake{"NoComma",
                "rules:\n- level: None\n  verbs: [\"get\" \"list\"]\n",
                {5, 17},
                "put a comma between"},
        Mistake{"Tab", "rules:\n- level: None\n\tverbs: [get]\n", {5, 1}, "blanks"},
        Mistake{"TooFarIn",
                "rules:\n- level: Metadata\n   verbs: [get]\n",
                {5, 4},
                "is indented 3 blanks, but `level` above it 2"},
        Mistake{"ColonInAValue", "rules:\n- level: None\n  users: a: b\n", {5, 11}, "quotes"},
        Mistake{"NoBlankBehindTheColon",
                "rules:\n- level: None\n  verbs:[get]\n",
                {5, 8},
                "put a blank after the colon"}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(SyntaxAdvice, KnowsTheCommasQuotesAndCommentsOfJson) {
  const auto first = [](const char* text) { return check(text).findings.front(); };
  const Finding comma = first("{\"kind\": \"Policy\",\n \"rules\": [],\n}\n");
  EXPECT_EQ(comma.position.line, 2) << "where the comma is";
  EXPECT_EQ(comma.position.column, 13);
  EXPECT_THAT(comma.fix, HasSubstr("remove this comma"));
  EXPECT_THAT(first("{'kind': 1}").fix, HasSubstr("double quotes"));
  EXPECT_THAT(first("{\n// why\n\"kind\": 1}").fix, HasSubstr("remove the comment"));
}

TEST(SyntaxAdvice, SaysThatAGroupForAWildcardIsWider) {
  const CheckReport report = check(
      "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n"
      "- level: Request\n  users: [\"system:serviceaccount:*:default\"]\n- level: Metadata\n");
  for (const Finding& finding : report.findings) {
    if (finding.code != Code::DeadWildcard) continue;
    EXPECT_THAT(finding.fix, HasSubstr("`system:serviceaccount:NAMESPACE:default`"));
    EXPECT_THAT(finding.fix, HasSubstr("is wider"));
    return;
  }
  FAIL() << "KA206 is not found";
}

}  // namespace
}  // namespace kaudit::policy::lint
