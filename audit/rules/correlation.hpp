#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "audit/rules/correlation_links.hpp"
#include "audit/rules/sigma_rule.hpp"

namespace kaudit::audit::rules {

/// Counts the matches that a correlation is about, or remembers when they were, within its span of
/// time. What it keeps is bounded: the groups, and the matches of each. Not thread-safe.
class CorrelationState {
 public:
  using Uses = std::vector<const CorrelationUse*>;

  /// The rule must outlive this.
  explicit CorrelationState(const SigmaCorrelation& rule) : rule_(rule) {}

  const SigmaCorrelation& rule() const noexcept { return rule_; }

  /// Matches in an event of that time: one after the other where they are counted, all of the
  /// event's together where the order of events matters (is_temporal). True when the condition has
  /// come to hold with them; it must cease to hold before it is true again.
  bool add(search::EventView& event, std::int64_t seconds, const Uses& uses);

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
    /// Temporal: when each rule matched last. TemporalOrdered: when the latest sequence began that
    /// has come up to it.
    std::vector<std::int64_t> times;
    std::int64_t latest = 0;  ///< when it was changed last
    bool holds = false;
  };

  Group& group_of(const std::string& key, std::int64_t seconds);
  bool count(search::EventView& event, std::int64_t seconds, const CorrelationUse& use);
  bool remember(search::EventView& event, std::int64_t seconds, const Uses& uses);
  void step(Group& group, std::int64_t seconds, std::size_t position) const;
  bool has_come_to_hold(Group& group, bool holds) const;
  bool is_met_by(std::size_t number) const;
  void drop(Group& group) const;
  void drop_old_groups(std::int64_t now);

  const SigmaCorrelation& rule_;
  std::unordered_map<std::string, Group> groups_;
};

}  // namespace kaudit::audit::rules
