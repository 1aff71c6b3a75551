#include <map>

#include <gtest/gtest.h>

#include "apiserver/request/field_selector.hpp"
#include "apiserver/request/label_selector.hpp"
#include "apiserver/request/label_syntax.hpp"
#include "apiserver/request/list_options.hpp"
#include "base/testing/vectors.hpp"

namespace kaudit::apiserver::request {
namespace {

using nlohmann::json;
using Set = std::map<std::string, std::string, std::less<>>;

std::vector<Set> read_sets(const std::string& name) {
  std::ifstream in(std::string(KAUDIT_TESTDATA) + "/" + name);
  return json::parse(in).get<std::vector<Set>>();
}

std::optional<std::string_view> find(const Set& set, std::string_view key) {
  const auto found = set.find(key);
  return found == set.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

json requirements_of(const FieldSelector& selector) {
  auto out = json::array();
  for (const auto& required : selector.requirements()) {
    const bool equals = required.op == FieldSelector::Operator::Equals;
    out.push_back(
        {{"field", required.field}, {"operator", equals ? "=" : "!="}, {"value", required.value}});
  }
  return out;
}

TEST(FieldSelector, AgreesWithKubernetesOnEveryCase) {
  const auto sets = read_sets("field-sets.json");
  testing::for_each_case("fields.jsonl", "selectors/fields.jsonl", [&](const json& item) {
    const auto selector = FieldSelector::parse(item.at("selector").get<std::string>());
    ASSERT_EQ(selector.has_value(), !item.contains("error"));
    if (!selector) {
      EXPECT_EQ(selector.error().message, item.at("error"));
      return;
    }
    EXPECT_EQ(selector->text(), item.at("string"));
    EXPECT_EQ(requirements_of(*selector), item.at("requirements"));
    const auto name = selector->required_value("metadata.name");
    EXPECT_EQ(name.has_value(), item.at("nameExact").get<bool>());
    EXPECT_EQ(name.value_or(""), item.at("name").get<std::string>());
    std::vector<bool> matches;
    for (const auto& set : sets) {
      matches.push_back(selector->matches(
          [&set](std::string_view field) { return find(set, field).value_or(""); }));
    }
    EXPECT_EQ(matches, item.at("matches").get<std::vector<bool>>());
  });
}

TEST(FieldSelector, DemandsNothingWithAnEmptyFieldAndValue) {
  EXPECT_TRUE(FieldSelector::parse("=,==,!=").value().empty());
  EXPECT_EQ(FieldSelector::parse("!=,a=").value().text(), "a=");
}

TEST(FieldSelector, ShowsTheWholeCharacterThatCannotBeEscaped) {
  EXPECT_EQ(FieldSelector::parse("a=\\\u00e9b").error().message,
            "invalid field selector: invalid escape sequence: \\\u00e9");
}

TEST(LabelSelector, AgreesWithKubernetesOnEveryCase) {
  const auto sets = read_sets("label-sets.json");
  testing::for_each_case("labels.jsonl", "selectors/labels.jsonl", [&](const json& item) {
    const auto selector = LabelSelector::parse(item.at("selector").get<std::string>());
    ASSERT_EQ(selector.has_value(), !item.contains("error"));
    if (!selector) {
      return;
    }
    EXPECT_EQ(selector->text(), item.at("string"));
    EXPECT_EQ(selector->empty(), item.at("empty").get<bool>());
    std::vector<bool> matches;
    for (const auto& set : sets) {
      matches.push_back(selector->matches([&set](std::string_view key) { return find(set, key); }));
    }
    EXPECT_EQ(matches, item.at("matches").get<std::vector<bool>>());
  });
}

std::string label_error(std::string_view text) {
  const auto selector = LabelSelector::parse(text);
  return selector ? "parsed as " + selector->text() : selector.error().message;
}

TEST(LabelSelector, SaysWhatItFoundAndWhatItExpected) {
  EXPECT_EQ(label_error("app=web,"), "found '', expected: identifier after ','");
  EXPECT_EQ(label_error("app=web tier"), "found 'tier', expected: ',' or 'end of string'");
  EXPECT_EQ(label_error("=="), "found '==', expected: !, identifier, or 'end of string'");
  EXPECT_EQ(label_error("app in web"), "unable to parse requirement: found 'web' expected: '('");
  EXPECT_EQ(label_error("app in (a b)"),
            "unable to parse requirement: found 'b', expected: ',' or ')'");
  EXPECT_EQ(label_error("!app=web"), "found '=', expected: ',' or 'end of string'");
}

TEST(LabelSelector, TakesTwoCommasOfAListTogether) {
  EXPECT_EQ(label_error("app in (a,,b)"), "parsed as app in (,a,b)");
  EXPECT_EQ(label_error("app in (a,,,)"), "parsed as app in (,a)");
  EXPECT_EQ(label_error("app in (a,,)"),
            "unable to parse requirement: found ')', expected: ',', or identifier");
  EXPECT_EQ(label_error("app in (,"),
            "unable to parse requirement: found '', expected: ',', or identifier");
}

TEST(LabelSyntax, LimitsTheLengthOfNamesPrefixesAndValues) {
  const std::string name(63, 'n');
  const std::string prefix = std::string(63, 'a') + "." + std::string(189, 'b');
  EXPECT_TRUE(check_label_key(name));
  EXPECT_FALSE(check_label_key(name + "n"));
  EXPECT_TRUE(check_label_key(prefix + "/n"));
  EXPECT_FALSE(check_label_key("a" + prefix + "/n"));
  EXPECT_TRUE(check_label_value(name));
  EXPECT_FALSE(check_label_value(name + "n"));
  EXPECT_FALSE(check_label_key("a/b/c"));
}

TEST(LabelSyntax, AgreesWithKubernetesOnEveryName) {
  testing::for_each_case("names.jsonl", "selectors/names.jsonl", [](const json& item) {
    const auto name = item.at("name").get<std::string>();
    EXPECT_EQ(check_label_key(name).has_value(), item.at("qualifiedName").empty());
    EXPECT_EQ(check_label_value(name).has_value(), item.at("labelValue").empty());
    EXPECT_EQ(is_path_segment_name(name), item.at("pathSegment").empty());
  });
}

ListOptions options_of(std::string_view query) {
  return parse_list_options(Url::parse("GET", "/api/v1/pods?" + std::string(query)).value())
      .value();
}

std::string options_error(std::string_view query) {
  const auto url = Url::parse("GET", "/api/v1/pods?" + std::string(query)).value();
  const auto options = parse_list_options(url);
  return options ? "parsed" : options.error().message;
}

TEST(ListOptions, ReadsEveryParameterOnceTheFirstCounting) {
  const auto options = options_of(
      "labelSelector=a%3Db&fieldSelector=metadata.name%3Dx&watch&allowWatchBookmarks=1&limit=5"
      "&resourceVersion=7&resourceVersionMatch=Exact&timeoutSeconds=-3&continue=c&limit=x"
      "&sendInitialEvents=FALSE&unknown=1");
  EXPECT_EQ(options.label_selector.text(), "a=b");
  EXPECT_EQ(options.field_selector.text(), "metadata.name=x");
  EXPECT_TRUE(options.watch);
  EXPECT_TRUE(options.allow_watch_bookmarks);
  EXPECT_EQ(options.limit, 5);
  EXPECT_EQ(options.resource_version, "7");
  EXPECT_EQ(options.resource_version_match, "Exact");
  EXPECT_EQ(options.timeout_seconds, -3);
  EXPECT_EQ(options.continue_token, "c");
  EXPECT_EQ(options.send_initial_events, false);
}

TEST(ListOptions, RefusesNumbersThatAreNone) {
  EXPECT_EQ(options_error("limit="), R"(strconv.ParseInt: parsing "": invalid syntax)");
  EXPECT_EQ(options_error("limit=%2B-5"), R"(strconv.ParseInt: parsing "+-5": invalid syntax)");
  EXPECT_EQ(options_error("timeoutSeconds=x"), R"(strconv.ParseInt: parsing "x": invalid syntax)");
  EXPECT_EQ(options_error("limit=99999999999999999999"),
            R"(strconv.ParseInt: parsing "99999999999999999999": value out of range)");
  EXPECT_EQ(options_error("limit=%2B5"), "parsed");
}

}  // namespace
}  // namespace kaudit::apiserver::request
