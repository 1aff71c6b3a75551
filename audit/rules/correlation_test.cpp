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
    const Refused& one = events[i];
    const int minute = one.second / 60;
    const std::string time = "2026-11-29T06:" + std::string(minute < 10 ? "0" : "") +
                             std::to_string(minute) + ":" + (one.second % 60 < 10 ? "0" : "") +
                             std::to_string(one.second % 60) + ".000000Z";
    const std::string event = std::string(R"({"auditID":"1","user":{"username":")") + one.user +
                              R"("},"objectRef":{"resource":")" + one.resource +
                              R"("},"responseStatus":{"code":403},"stageTimestamp":")" + time +
                              R"("})";
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

}  // namespace
}  // namespace kaudit::audit::rules
