#include "audit/rules/correlation.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace kaudit::audit::rules {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

std::string key_of(search::EventView& event, const CorrelationUse& use) {
  std::string key;
  for (const std::string& field : use.group_by) {
    for (const std::string& text : sigma_field(event, field)) key += text + '\x1f';
    key += '\x1e';
  }
  return key;
}

}  // namespace

void CorrelationState::drop(Group& group) const {
  const Match& oldest = group.matches.front();
  if (rule_.type == CorrelationType::ValueCount) {
    const auto found = group.values.find(oldest.value);
    if (found != group.values.end() && --found->second == 0) group.values.erase(found);
  }
  group.matches.pop_front();
}

void CorrelationState::drop_old_groups(std::int64_t now) {
  std::erase_if(groups_,
                [&](const auto& entry) { return entry.second.latest < now - rule_.span_seconds; });
  // Where all are young, some have to go: nothing is said of which.
  if (groups_.size() >= kMostGroups) groups_.erase(groups_.begin());
}

CorrelationState::Group& CorrelationState::group_of(const std::string& key, std::int64_t seconds) {
  if (groups_.size() >= kMostGroups && !groups_.contains(key)) drop_old_groups(seconds);
  Group& group = groups_[key];
  group.latest = seconds;
  return group;
}

bool CorrelationState::is_met_by(std::size_t number) const {
  const std::string text = std::to_string(number);
  return std::ranges::all_of(rule_.conditions,
                             [&](const SigmaValue& condition) { return condition.matches(text); });
}

bool CorrelationState::has_come_to_hold(Group& group, bool holds) const {
  const bool begins = holds && !group.holds;
  group.holds = holds;
  return begins;
}

bool CorrelationState::add(search::EventView& event, std::int64_t seconds, const Uses& uses) {
  if (is_temporal(rule_.type)) return remember(event, seconds, uses);
  bool begins = false;
  for (const CorrelationUse* use : uses) begins = count(event, seconds, *use) || begins;
  return begins;
}

bool CorrelationState::count(search::EventView& event, std::int64_t seconds,
                             const CorrelationUse& use) {
  std::string value;
  if (rule_.type == CorrelationType::ValueCount) {
    const auto texts = sigma_field(event, rule_.counted);
    if (texts.empty()) return false;
    value = texts.front();
  }
  Group& group = group_of(key_of(event, use), seconds);
  while (!group.matches.empty() && group.matches.front().seconds < seconds - rule_.span_seconds) {
    drop(group);
  }
  if (group.matches.size() >= kMostMatches) drop(group);
  if (rule_.type == CorrelationType::ValueCount) ++group.values[value];
  group.matches.push_back({seconds, std::move(value)});
  const bool values = rule_.type == CorrelationType::ValueCount;
  return has_come_to_hold(group, is_met_by(values ? group.values.size() : group.matches.size()));
}

void CorrelationState::step(Group& group, std::int64_t seconds, std::size_t position) const {
  if (rule_.type == CorrelationType::Temporal || position == 0) {
    group.times[position] = seconds;
    return;
  }
  const std::int64_t begun = group.times[position - 1];
  if (begun != kNever && begun >= seconds - rule_.span_seconds) {
    group.times[position] = std::max(group.times[position], begun);
  }
}

bool CorrelationState::remember(search::EventView& event, std::int64_t seconds, const Uses& uses) {
  // By group; within one the last of the order first, so that one event is one step of a sequence.
  std::vector<std::pair<std::string, std::size_t>> steps;
  steps.reserve(uses.size());
  for (const CorrelationUse* use : uses) steps.emplace_back(key_of(event, *use), use->position);
  std::ranges::sort(steps, std::ranges::greater());
  bool begins = false;
  for (std::size_t i = 0; i < steps.size();) {
    const std::string& key = steps[i].first;
    Group& group = group_of(key, seconds);
    if (group.times.empty()) group.times.assign(rule_.rules.size(), kNever);
    for (; i < steps.size() && steps[i].first == key; ++i) step(group, seconds, steps[i].second);
    const auto young = [&](std::int64_t time) {
      return time != kNever && time >= seconds - rule_.span_seconds;
    };
    const auto met = static_cast<std::size_t>(std::ranges::count_if(group.times, young));
    bool holds = met == rule_.rules.size();
    if (rule_.type == CorrelationType::TemporalOrdered) holds = young(group.times.back());
    if (!rule_.conditions.empty()) holds = is_met_by(met);
    begins = has_come_to_hold(group, holds) || begins;
  }
  return begins;
}

}  // namespace kaudit::audit::rules
