#include "audit/rules/correlation.hpp"

#include <gtest/gtest.h>

#include "audit/rules/rule_engine.hpp"
#include "base/testing/vectors.hpp"

namespace kaudit::audit::rules {
namespace {

struct Refused {
  const char* user;
  const char* resource;
  int second;
};

std::string event_of(const Refused& one) {
  const int minute = one.second / 60;
  const std::string time = "2026-11-29T06:" + std::string(minute < 10 ? "0" : "") +
                           std::to_string(minute) + ":" + (one.second % 60 < 10 ? "0" : "") +
                           std::to_string(one.second % 60) + ".000000Z";
  return std::string(R"({"auditID":"1","user":{"username":")") + one.user +
         R"("},"objectRef":{"resource":")" + one.resource +
         R"("},"responseStatus":{"code":403},"stageTimestamp":")" + time + R"("})";
}

/// The titles of the alerts that testdata/sigma/refused.yml raises, each with its event's number.
std::vector<std::string> alerts(const std::vector<Refused>& events) {
  RuleSet rules(search::Quirks::Repaired);
  rules.add_file(testing::read_file(std::string(KAUDIT_TESTDATA) + "/sigma/refused.yml"),
                 "refused.yml");
  rules.finish();
  for (const RuleProblem& problem : rules.problems()) ADD_FAILURE() << problem.text();
  RuleEngine engine(rules);
  std::vector<std::string> found;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::string event = event_of(events[i]);
    engine.process(event, [&](RuleAlert& alert) {
      found.push_back(std::to_string(i) + " " + std::string(alert.priority));
    });
  }
  return found;
}

using Found = std::vector<std::string>;

TEST(Correlations, CountWithinTheirSpanAndGroup) {
  EXPECT_EQ(alerts({{"a", "pods", 0}, {"a", "pods", 10}, {"b", "pods", 20}, {"a", "pods", 30}}),
            Found{"3 high"});
  EXPECT_EQ(alerts({{"a", "pods", 0}, {"a", "pods", 10}, {"a", "pods", 311}}), Found{});
}

TEST(Correlations, SayItOnceUntilItCeases) {
  EXPECT_EQ(alerts({{"a", "pods", 0},
                    {"a", "pods", 1},
                    {"a", "pods", 2},
                    {"a", "pods", 3},
                    {"a", "pods", 1000},
                    {"a", "pods", 1001},
                    {"a", "pods", 1002}}),
            (Found{"2 high", "6 high"}));
}

TEST(Correlations, CountDifferentValues) {
  EXPECT_EQ(alerts({{"a", "pods", 0}, {"a", "pods", 1}, {"b", "secrets", 1}, {"a", "secrets", 2}}),
            (Found{"3 high", "3 critical"}));
}

/// Rules that look for one resource each, and behind them the correlations.
struct Correlated {
  explicit Correlated(const std::string& correlations) : rules(search::Quirks::Repaired) {
    std::string file;
    for (const char* const name : {"pods", "secrets", "roles"}) {
      file += std::string("title: of ") + name + "\nname: " + name +
              "\ndetection: {s: {objectRef.resource: " + name + "}, condition: s}\n---\n";
    }
    file +=
        "title: of pods, too\nname: again\ndetection: {s: {objectRef.resource: pods}, "
        "condition: s}\n---\n";
    rules.add_file(file + correlations, "rules.yml");
    rules.finish();
  }

  std::string problems() const {
    std::string out;
    for (const RuleProblem& problem : rules.problems()) out += problem.text() + "\n";
    return out;
  }
  /// `NUMBER TITLE` for each alert.
  Found alerts(const std::vector<Refused>& events) const {
    EXPECT_EQ(problems(), "");
    RuleEngine engine(rules);
    Found found;
    for (std::size_t i = 0; i < events.size(); ++i) {
      engine.process(event_of(events[i]), [&](RuleAlert& alert) {
        found.push_back(std::to_string(i) + " " + std::string(alert.rule));
      });
    }
    return found;
  }
  RuleSet rules;
};

std::string correlation(const std::string& title, const std::string& type, const std::string& names,
                        const std::string& more = "") {
  return "title: " + title + "\nname: " + title + "\ncorrelation:\n  type: " + type +
         "\n  rules: [" + names + "]\n  group-by: [user.username]\n  timespan: 1m\n" + more +
         "---\n";
}

TEST(Correlations, TemporalOnesWantAllOfTheirRulesInAnyOrder) {
  const Correlated rules(correlation("both", "temporal", "pods, secrets, roles"));
  EXPECT_EQ(rules.alerts({{"a", "roles", 0},
                          {"a", "pods", 10},
                          {"b", "secrets", 20},
                          {"a", "roles", 30},
                          {"a", "secrets", 60}}),
            (Found{"1 of pods, too", "4 both"}));
  // Those of before the span do not count.
  EXPECT_EQ(rules.alerts({{"a", "secrets", 0}, {"a", "roles", 30}, {"a", "pods", 61}}),
            Found{"2 of pods, too"});
}

TEST(Correlations, TemporalOnesMayDoWithSomeOfTheirRules) {
  const Correlated rules(
      correlation("two", "temporal", "pods, secrets, roles", "  condition: {gte: 2}\n"));
  EXPECT_EQ(rules.alerts({{"a", "secrets", 0},
                          {"a", "secrets", 1},
                          {"a", "roles", 2},
                          {"a", "roles", 200},
                          {"a", "secrets", 201}}),
            (Found{"2 two", "4 two"}));
}

TEST(Correlations, OrderedOnesWantThemInTheirOrder) {
  const Correlated rules(correlation("then", "temporal_ordered", "roles, secrets, roles"));
  EXPECT_EQ(rules.alerts({{"a", "secrets", 0},
                          {"a", "roles", 1},
                          {"a", "roles", 2},
                          {"a", "secrets", 3},
                          {"a", "roles", 4}}),
            Found{"4 then"});
  // The whole sequence has to be within the span, and the latest beginning counts.
  EXPECT_EQ(rules.alerts({{"a", "roles", 0}, {"a", "secrets", 50}, {"a", "roles", 70}}), Found{});
  EXPECT_EQ(rules.alerts(
                {{"a", "roles", 0}, {"a", "roles", 40}, {"a", "secrets", 50}, {"a", "roles", 90}}),
            Found{"3 then"});
  EXPECT_EQ(rules.alerts({{"a", "roles", 0}, {"b", "secrets", 1}, {"a", "roles", 2}}), Found{});
}

TEST(Correlations, OneEventIsOneStep) {
  const Correlated rules(correlation("twice", "temporal_ordered", "pods, again"));
  EXPECT_EQ(rules.alerts({{"a", "pods", 0}}), Found{});
  EXPECT_EQ(rules.alerts({{"a", "pods", 0}, {"a", "pods", 1}}), Found{"1 twice"});
  const Correlated at_once(correlation("both", "temporal", "pods, again"));
  EXPECT_EQ(at_once.alerts({{"a", "pods", 0}}), Found{"0 both"});
}

TEST(Correlations, StandOnEachOther) {
  const Correlated rules(correlation("then", "temporal_ordered", "many, secrets") +
                         correlation("many", "event_count", "roles", "  condition: {gte: 3}\n"));
  EXPECT_EQ(rules.alerts({{"a", "roles", 0},
                          {"a", "roles", 1},
                          {"a", "secrets", 2},
                          {"a", "roles", 3},
                          {"b", "secrets", 4},
                          {"a", "secrets", 5}}),
            Found{"5 then"});
  const Correlated shown(
      correlation("then", "temporal_ordered", "many, secrets", "  generate: true\n") +
      correlation("many", "event_count", "roles", "  condition: {gte: 2}\n"));
  EXPECT_EQ(shown.alerts({{"a", "roles", 0}, {"a", "roles", 1}, {"a", "secrets", 2}}),
            (Found{"1 many", "2 of secrets", "2 then"}));
}

TEST(Correlations, AliasesAreAFieldForEachRule) {
  const std::string aliases = "  aliases: {who: {secrets: user.username, roles: objectRef.name}}\n";
  const std::string whole = correlation("met", "temporal", "secrets, roles", aliases);
  std::string by_alias = whole;
  by_alias.replace(by_alias.find("user.username]"), 14, "who]");
  const Correlated rules(by_alias);
  EXPECT_EQ(rules.problems(), "");
  RuleEngine engine(rules.rules);
  int alerts = 0;
  const auto process = [&](const std::string& event) {
    engine.process(event, [&](RuleAlert&) { ++alerts; });
    return alerts;
  };
  EXPECT_EQ(process(R"({"user":{"username":"a"},"objectRef":{"resource":"secrets"}})"), 0);
  EXPECT_EQ(process(R"({"user":{"username":"a"},"objectRef":{"resource":"roles","name":"b"}})"), 0);
  EXPECT_EQ(process(R"({"user":{"username":"b"},"objectRef":{"resource":"roles","name":"a"}})"), 1);
}

TEST(Correlations, SayWhatIsWrongWithThem) {
  const auto says = [](const std::string& correlations, const std::string& text) {
    const std::string problems = Correlated(correlations).problems();
    return problems.find(text) != std::string::npos ? "" : problems + "instead of " + text;
  };
  EXPECT_EQ(
      says(correlation("c", "temporal", "pods, none"), "there is no rule \"none\" to correlate"),
      "");
  EXPECT_EQ(says(correlation("c", "temporal", "pods, c"), "names itself"), "");
  EXPECT_EQ(
      says(correlation("c", "temporal", "d") + correlation("d", "temporal", "c"), "names itself"),
      "");
  EXPECT_EQ(says(correlation("c", "temporal_ordered", "pods, roles", "  condition: {gte: 2}\n"),
                 "temporal_ordered takes no condition"),
            "");
  EXPECT_EQ(
      says(correlation("c", "temporal", "pods", "  condition: pods and roles\n"), "must be a map"),
      "");
  EXPECT_EQ(says(correlation("c", "temporal", "pods", "  condition: {field: a, gte: 2}\n"),
                 "temporal has no field in its condition"),
            "");
  EXPECT_EQ(says(correlation("c", "temporal", "pods", "  aliases: {a: {roles: b}}\n"),
                 "alias \"a\" is about rule \"roles\", which the correlation does not name"),
            "");
  EXPECT_EQ(says("title: c\ncorrelation: {type: temporal, rules: [pods, roles], group-by: [a], "
                 "timespan: 1m, aliases: {a: {roles: b}}}\n",
                 "alias \"a\" does not say which field of rule \"of pods\" it is"),
            "");
  std::string deep;
  for (int i = 0; i < 60; ++i) {
    const std::string below = i == 0 ? "pods" : "c" + std::to_string(i - 1);
    deep += correlation("c" + std::to_string(i), "temporal", below);
  }
  EXPECT_EQ(says(deep, "more than 50 correlations stand on each other"), "");
}

}  // namespace
}  // namespace kaudit::audit::rules
