// Sigma correlations from YAML.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "audit/rules/rule_yaml.hpp"
#include "audit/rules/sigma_rule.hpp"
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

/// What is kept for each group of a temporal correlation grows with its rules.
constexpr std::size_t kMostRules = 100;

constexpr std::array kTypes = {CorrelationType::EventCount, CorrelationType::ValueCount,
                               CorrelationType::Temporal, CorrelationType::TemporalOrdered};

std::optional<CorrelationType> type_of(std::string_view text) {
  const auto found = std::ranges::find_if(
      kTypes, [text](CorrelationType type) { return to_string(type) == text; });
  return found == kTypes.end() ? std::nullopt : std::optional(*found);
}

std::string known_types() {
  std::string known;
  for (const CorrelationType& type : kTypes) {
    if (!known.empty()) known += &type == &kTypes.back() ? " and " : ", ";
    known += to_string(type);
  }
  return known;
}

Result<void> read_aliases(const yaml::Node& correlation, SigmaCorrelation& rule) {
  const yaml::Node* const aliases = yaml::find(correlation, "aliases");
  if (aliases == nullptr) return {};
  constexpr const char* kForm = "aliases are maps: a name, and for each rule its field";
  if (aliases->mapping() == nullptr) return fail(kForm);
  for (const yaml::Member& member : *aliases->mapping()) {
    SigmaAlias alias{member.key, {}};
    if (member.value->mapping() == nullptr) return fail(kForm);
    for (const yaml::Member& one : *member.value->mapping()) {
      const auto field = scalar_text(*one.value);
      if (!field || field->empty()) return fail(kForm);
      alias.fields.emplace_back(one.key, *field);
    }
    rule.aliases.push_back(std::move(alias));
  }
  return {};
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

Result<void> read_condition(const yaml::Node& correlation, SigmaCorrelation& rule) {
  const yaml::Node* const condition = yaml::find(correlation, "condition");
  if (condition == nullptr) {
    if (is_temporal(rule.type)) return {};  // all of its rules
    return fail("the correlation needs a condition");
  }
  if (rule.type == CorrelationType::TemporalOrdered) {
    return fail("temporal_ordered takes no condition: all of its rules must match, in their order");
  }
  if (auto read = read_conditions(*condition, rule); !read) return read;
  if ((rule.type == CorrelationType::ValueCount) == rule.counted.empty()) {
    return fail(rule.counted.empty()
                    ? "value_count needs a field in its condition"
                    : std::string(to_string(rule.type)) + " has no field in its condition");
  }
  return {};
}

}  // namespace

std::string_view to_string(CorrelationType type) noexcept {
  switch (type) {
    case CorrelationType::EventCount:
      return "event_count";
    case CorrelationType::ValueCount:
      return "value_count";
    case CorrelationType::Temporal:
      return "temporal";
    case CorrelationType::TemporalOrdered:
      return "temporal_ordered";
  }
  return "";
}

Result<SigmaCorrelation> read_correlation(const yaml::Node& document,
                                          const yaml::Node& correlation) {
  SigmaCorrelation rule;
  rule.title = member_text(document, "title").value_or("");
  rule.id = member_text(document, "id").value_or("");
  rule.name = member_text(document, "name").value_or("");
  rule.level = member_text(document, "level").value_or("");
  rule.generate =
      member_text(correlation, "generate") == "true" || member_text(document, "generate") == "true";
  const std::string written = member_text(correlation, "type").value_or("");
  const auto type = type_of(written);
  if (!type) {
    return fail("correlations of type " + go_quoted(written) + " are not known; known are " +
                known_types());
  }
  rule.type = *type;
  if (const yaml::Node* const rules = yaml::find(correlation, "rules")) {
    rule.rules = texts_of(*rules);
  }
  if (rule.rules.empty()) return fail("the correlation names no rules");
  if (is_temporal(rule.type) && rule.rules.size() > kMostRules) {
    return fail("the correlation names more than " + std::to_string(kMostRules) + " rules");
  }
  if (const yaml::Node* const by = yaml::find(correlation, "group-by")) {
    rule.group_by = texts_of(*by);
  }
  const std::string span = member_text(correlation, "timespan").value_or("");
  const auto seconds = span_of(span);
  if (!seconds) return fail(go_quoted(span) + " is not a timespan, like 10m");
  rule.span_seconds = *seconds;
  if (auto read = read_aliases(correlation, rule); !read) return tl::unexpected(read.error());
  if (auto read = read_condition(correlation, rule); !read) return tl::unexpected(read.error());
  return rule;
}

}  // namespace kaudit::audit::rules
