#include "policy/matching/rule_set.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "policy/matching/string_table.hpp"

namespace kaudit::policy {
namespace {

/// A choice that admits the union of the sets.
Choice choose(RuleSetPool& pool, const std::vector<std::vector<RuleNumber>>& sets) {
  std::vector<RuleSet> added;
  added.reserve(sets.size());
  for (const auto& rules : sets) added.push_back(pool.add(rules));
  Choice choice;
  for (const RuleSet set : added) pool.admit(choice, set);
  return choice;
}

std::vector<RuleNumber> every(RuleNumber step, RuleNumber end) {
  std::vector<RuleNumber> rules;
  for (RuleNumber rule = 0; rule < end; rule += step) rules.push_back(rule);
  return rules;
}

TEST(RuleSets, FindWhatBitmapsHaveInCommon) {
  RuleSetPool pool(10'000);
  // All choices are filled from one pool before any is used: adding may move the sets.
  const RuleSet thirds = pool.add(every(3, 10'000));
  const RuleSet sevenths = pool.add(every(7, 10'000));
  Choice choices[2];
  pool.admit(choices[0], thirds);
  pool.admit(choices[1], sevenths);
  EXPECT_EQ(pool.first_common(choices), 0U);
}

TEST(RuleSets, FindACommonRuleThatOnlyListsName) {
  RuleSetPool pool(10'000);
  const RuleSet few = pool.add(std::vector<RuleNumber>{5, 4'000, 9'999});
  const RuleSet others = pool.add(std::vector<RuleNumber>{6, 9'999});
  const RuleSet many = pool.add(every(3, 10'000));
  Choice choices[3];
  pool.admit(choices[0], few);
  pool.admit(choices[1], others);
  pool.admit(choices[2], many);
  EXPECT_EQ(pool.first_common(choices), 9'999U);
  EXPECT_EQ(pool.first_common(choices, 9'999), RuleSetPool::kNone);
}

TEST(RuleSets, LookBehindTheFirstWordOfTheSummary) {
  RuleSetPool pool(10'000);
  std::vector<RuleNumber> late = every(2, 10'000);
  std::erase_if(late, [](RuleNumber rule) { return rule < 5'000; });
  const RuleSet late_evens = pool.add(late);
  const RuleSet sevenths = pool.add(every(7, 10'000));
  Choice choices[2];
  pool.admit(choices[0], late_evens);
  pool.admit(choices[1], sevenths);
  EXPECT_EQ(pool.first_common(choices), 5'012U);
}

TEST(RuleSets, MixListsAndBitmapsOfOneChoice) {
  RuleSetPool pool(10'000);
  const RuleSet evens = pool.add(every(2, 10'000));
  const RuleSet one_odd = pool.add(std::vector<RuleNumber>{7});
  const RuleSet sevenths = pool.add(every(7, 10'000));
  const RuleSet wanted = pool.add(std::vector<RuleNumber>{7, 8, 14});
  Choice choices[3];
  pool.admit(choices[0], evens);
  pool.admit(choices[0], one_odd);
  pool.admit(choices[1], sevenths);
  pool.admit(choices[2], wanted);
  EXPECT_EQ(pool.first_common(choices), 7U);
}

TEST(RuleSets, HaveNothingInCommonWithAnEmptyChoice) {
  RuleSetPool pool(100);
  Choice choices[2];
  choices[0] = choose(pool, {every(1, 100)});
  EXPECT_EQ(pool.first_common(choices), RuleSetPool::kNone);
}

TEST(StringTable, FindsWhatWasInternedAndNothingElse) {
  StringTable table;
  EXPECT_EQ(table.find("a"), StringTable::kAbsent);
  for (int i = 0; i < 5'000; ++i) {
    EXPECT_EQ(table.intern(std::to_string(i * 7)), static_cast<std::uint32_t>(i));
  }
  for (int i = 0; i < 5'000; ++i) {
    EXPECT_EQ(table.find(std::to_string(i * 7)), static_cast<std::uint32_t>(i));
  }
  EXPECT_EQ(table.intern("7"), 1U);
  EXPECT_EQ(table.find("8"), StringTable::kAbsent);
  EXPECT_EQ(table.find(""), StringTable::kAbsent);
  EXPECT_EQ(table.intern(""), 5'000U);
  EXPECT_EQ(table.find(""), 5'000U);
}

TEST(StringTable, TellsLongTextsApartByEveryByte) {
  StringTable table;
  const std::string text = "system:serviceaccount:kube-system:replicaset-controller";
  table.intern(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] ^= 1;
    EXPECT_EQ(table.find(other), StringTable::kAbsent) << i;
    EXPECT_EQ(table.find(text.substr(0, i)), StringTable::kAbsent) << i;
  }
}

}  // namespace
}  // namespace kaudit::policy
