#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/matching/rule_set.hpp"
#include "policy/matching/string_table.hpp"

namespace kaudit::policy {

/// While compiling: which rules name a key. Rules come in ascending order.
template <typename Key>
class Postings {
 public:
  void add(const Key& key, RuleNumber rule) {
    std::vector<RuleNumber>& rules = rules_[key];
    if (rules.empty() || rules.back() != rule) rules.push_back(rule);
  }
  const std::map<Key, std::vector<RuleNumber>>& rules() const noexcept { return rules_; }

 private:
  std::map<Key, std::vector<RuleNumber>> rules_;
};

/// One property of requests that is compared by equality: for each value the rules that name it.
class ValueIndex {
 public:
  void build(const Postings<std::string>& postings, RuleSetPool& pool) {
    for (const auto& [value, rules] : postings.rules()) {
      values_.intern(value);
      sets_.push_back(pool.add(rules));
    }
  }

  bool empty() const noexcept { return sets_.empty(); }

  /// The rules that name the value, or null.
  const RuleSet* find(std::string_view value) const noexcept {
    const std::uint32_t number = values_.find(value);
    return number == StringTable::kAbsent ? nullptr : &sets_[number];
  }

 private:
  StringTable values_;
  std::vector<RuleSet> sets_;
};

}  // namespace kaudit::policy
