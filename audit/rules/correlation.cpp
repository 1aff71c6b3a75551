#include "audit/rules/correlation.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "audit/rules/rule_yaml.hpp"
#include "base/text/quote.hpp"

namespace kaudit::audit::rules {
namespace {

/// `15s`, `10m`, `1h`, `7d`. Nothing for anything else.
std::optional<std::int64_t> span_of(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  std::int64_t unit = 0;
  switch (text.back()) {
    case 's':
      unit = 1;
      break;
    case 'm':
      unit = 60;
      break;
    case 'h':
      unit = 3'600;
      break;
    case 'd':
      unit = 86'400;
      break;
    case 'w':
      unit = 7 * 86'400;
      break;
    case 'M':
      unit = 30 * 86'400;
      break;
    default:
      return std::nullopt;
  }
  std::int64_t number = 0;
  const char* const end = text.data() + text.size() - 1;
  const auto [to, error] = std::from_chars(text.data(), end, number);
  constexpr std::int64_t kMost = 100'000;
  if (error != std::errc() || to != end || number <= 0 || number > kMost) return std::nullopt;
  return number * unit;
}

Result<void> read_conditions(const yaml::Node& condition, SigmaCorrelation& rule) {
  const auto* const members = condition.mapping();
  if (members == nullptr) return fail("the correlation's condition must be a map, like gte: 10");
  for (const yaml::Member& member : *members) {
    if (member.key == "field") {
      rule.counted = scalar_text(*member.value).value_or("");
      continue;
    }
    SigmaModifiers modifiers;
    if (member.key == "lt") modifiers.comparison = SigmaValue::Kind::Less;
    if (member.key == "lte") modifiers.comparison = SigmaValue::Kind::LessOrEqual;
    if (member.key == "gt") modifiers.comparison = SigmaValue::Kind::Greater;
    if (member.key == "gte") modifiers.comparison = SigmaValue::Kind::GreaterOrEqual;
    if (!modifiers.comparison && member.key != "eq") {
      return fail("the correlation's condition has no " + go_quoted(member.key) +
                  "; it has lt, lte, gt, gte, eq and field");
    }
    auto value = read_sigma_value(*member.value, modifiers);
    if (!value) return tl::unexpected(value.error());
    rule.conditions.push_back(std::move(value->front()));
  }
  if (rule.conditions.empty()) return fail("the correlation's condition has no number");
  return {};
}

}  // namespace

Result<SigmaCorrelation> read_correlation(const yaml::Node& document,
                                          const yaml::Node& correlation) {
  SigmaCorrelation rule;
  rule.title = member_text(document, "title").value_or("");
  rule.id = member_text(document, "id").value_or("");
  rule.name = member_text(document, "name").value_or("");
  rule.level = member_text(document, "level").value_or("");
  rule.generate =
      member_text(correlation, "generate") == "true" || member_text(document, "generate") == "true";
  const std::string type = member_text(correlation, "type").value_or("");
  if (type == "value_count") {
    rule.type = CorrelationType::ValueCount;
  } else if (type != "event_count") {
    return fail("correlations of type " + go_quoted(type) +
                " are not known; known are event_count and value_count");
  }
  if (const yaml::Node* const rules = yaml::find(correlation, "rules")) {
    rule.rules = texts_of(*rules);
  }
  if (rule.rules.empty()) return fail("the correlation names no rules");
  if (const yaml::Node* const by = yaml::find(correlation, "group-by")) {
    rule.group_by = texts_of(*by);
  }
  const std::string span = member_text(correlation, "timespan").value_or("");
  const auto seconds = span_of(span);
  if (!seconds) return fail(go_quoted(span) + " is not a timespan, like 10m");
  rule.span_seconds = *seconds;
  const yaml::Node* const condition = yaml::find(correlation, "condition");
  if (condition == nullptr) return fail("the correlation needs a condition");
  if (auto read = read_conditions(*condition, rule); !read) return tl::unexpected(read.error());
  if ((rule.type == CorrelationType::ValueCount) == rule.counted.empty()) {
    return fail(rule.counted.empty() ? "value_count needs a field in its condition"
                                     : "event_count has no field in its condition");
  }
  return rule;
}

void CorrelationState::drop(Group& group) const {
  const Match& oldest = group.matches.front();
  if (rule_.type == CorrelationType::ValueCount) {
    const auto found = group.values.find(oldest.value);
    if (found != group.values.end() && --found->second == 0) group.values.erase(found);
  }
  group.matches.pop_front();
}

void CorrelationState::drop_old_groups(std::int64_t now) {
  std::erase_if(groups_, [&](const auto& entry) {
    return entry.second.matches.empty() ||
           entry.second.matches.back().seconds < now - rule_.span_seconds;
  });
  // Where all are young, some have to go: nothing is said of which.
  if (groups_.size() >= kMostGroups) groups_.erase(groups_.begin());
}

bool CorrelationState::add(search::EventView& event, std::int64_t seconds) {
  std::string key;
  for (const std::string& field : rule_.group_by) {
    for (const std::string& text : sigma_field(event, field)) key += text + '\x1f';
    key += '\x1e';
  }
  std::string value;
  if (rule_.type == CorrelationType::ValueCount) {
    const auto texts = sigma_field(event, rule_.counted);
    if (texts.empty()) return false;
    value = texts.front();
  }
  if (groups_.size() >= kMostGroups && !groups_.contains(key)) drop_old_groups(seconds);
  Group& group = groups_[key];
  while (!group.matches.empty() && group.matches.front().seconds < seconds - rule_.span_seconds) {
    drop(group);
  }
  if (group.matches.size() >= kMostMatches) drop(group);
  if (rule_.type == CorrelationType::ValueCount) ++group.values[value];
  group.matches.push_back({seconds, std::move(value)});
  const std::size_t count =
      rule_.type == CorrelationType::ValueCount ? group.values.size() : group.matches.size();
  const bool holds = std::ranges::all_of(rule_.conditions, [&](const SigmaValue& condition) {
    return condition.matches(std::to_string(count));
  });
  const bool begins = holds && !group.holds;
  group.holds = holds;
  return begins;
}

}  // namespace kaudit::audit::rules
