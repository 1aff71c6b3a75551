#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "audit/rules/sigma_rule.hpp"

namespace kaudit::audit::rules {

/// Counts the matches that a correlation is about, within its span of time. What it keeps is
/// bounded: the groups, and the matches of each. Not thread-safe.
class CorrelationState {
 public:
  /// The rule must outlive this.
  explicit CorrelationState(const SigmaCorrelation& rule) : rule_(rule) {}

  const SigmaCorrelation& rule() const noexcept { return rule_; }

  /// A match in an event of that time. True when the condition has come to hold with it; it must
  /// cease to hold before it is true again.
  bool add(search::EventView& event, std::int64_t seconds);

 private:
  static constexpr std::size_t kMostGroups = 100'000;
  static constexpr std::size_t kMostMatches = 100'000;

  struct Match {
    std::int64_t seconds;
    std::string value;
  };
  struct Group {
    std::deque<Match> matches;
    std::unordered_map<std::string, std::size_t> values;
    bool holds = false;
  };

  void drop(Group& group) const;
  void drop_old_groups(std::int64_t now);

  const SigmaCorrelation& rule_;
  std::unordered_map<std::string, Group> groups_;
};

}  // namespace kaudit::audit::rules
