#include "policy/matching/path_index.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace kaudit::policy {

void PathIndex::add(std::string_view pattern, RuleNumber rule) {
  exact_postings_.add(std::string(pattern), rule);
  if (!pattern.ends_with('*')) return;
  const std::size_t last = pattern.find_last_not_of('*');
  prefix_postings_.add(std::string(pattern.substr(0, last + 1)), rule);
}

void PathIndex::build(RuleSetPool& pool) {
  exact_.build(exact_postings_, pool);

  // A path that begins with a prefix begins with all prefixes of that prefix: so the longest one
  // answers for all.
  std::set<std::size_t, std::greater<>> lengths;
  for (const auto& [prefix, rules] : prefix_postings_.rules()) lengths.insert(prefix.size());
  lengths_.assign(lengths.begin(), lengths.end());
  std::map<RuleNumber, std::vector<std::string>> by_rule;
  for (const auto& [prefix, rules] : prefix_postings_.rules()) {
    std::set<RuleNumber> all(rules.begin(), rules.end());
    for (const std::size_t length : lengths_) {
      if (length >= prefix.size()) continue;
      const auto shorter = prefix_postings_.rules().find(prefix.substr(0, length));
      if (shorter != prefix_postings_.rules().end()) {
        all.insert(shorter->second.begin(), shorter->second.end());
      }
    }
    for (const RuleNumber rule : all) by_rule[rule].push_back(prefix);
  }
  Postings<std::string> inherited;
  for (const auto& [rule, prefixes] : by_rule) {
    for (const std::string& prefix : prefixes) inherited.add(prefix, rule);
  }
  prefixes_.build(inherited, pool);
  exact_postings_ = {};
  prefix_postings_ = {};
}

void PathIndex::admit(const RuleSetPool& pool, std::string_view path,
                      Choice& choice) const noexcept {
  if (const RuleSet* rules = exact_.find(path)) pool.admit(choice, *rules);
  for (const std::size_t length : lengths_) {
    if (length > path.size()) continue;
    if (const RuleSet* rules = prefixes_.find(path.substr(0, length))) {
      pool.admit(choice, *rules);
      return;
    }
  }
}

}  // namespace kaudit::policy
