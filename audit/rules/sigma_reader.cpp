// Sigma rules from YAML.
#include <algorithm>
#include <utility>

#include "audit/rules/rule_yaml.hpp"
#include "audit/rules/sigma_rule.hpp"
#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"

namespace kaudit::audit::rules {
namespace {

/// `[]` and `[*]` behind a name say that it is a list, which is found out anyway.
std::string plain_field(std::string_view field) {
  std::string out(field);
  for (const std::string_view mark : {"[]", "[*]"}) {
    for (std::size_t at = out.find(mark); at != std::string::npos; at = out.find(mark)) {
      out.erase(at, mark.size());
    }
  }
  return out;
}

tl::unexpected<Error> at_line(const yaml::Node& node, const std::string& message) {
  return fail("line " + std::to_string(node.position.line) + ": " + message);
}

Result<SigmaNode> read_field(const yaml::Member& member) {
  const std::size_t bar = member.key.find('|');
  const auto modifiers =
      read_modifiers(bar == std::string::npos ? "" : std::string_view(member.key).substr(bar + 1));
  if (!modifiers) return at_line(*member.value, modifiers.error().message);
  SigmaNode node;
  node.field = plain_field(std::string_view(member.key).substr(0, bar));
  node.kind = node.field.empty() ? SigmaNode::Kind::Keyword : SigmaNode::Kind::Field;
  node.all = modifiers->all;
  node.negated = modifiers->negated;
  node.line = member.key_position.line;
  const auto take = [&](const yaml::Node& value) -> Result<void> {
    auto read = read_sigma_value(value, *modifiers);
    if (!read) return at_line(value, read.error().message);
    std::ranges::move(*read, std::back_inserter(node.values));
    return {};
  };
  if (const auto* items = member.value->sequence()) {
    for (const yaml::Node* item : *items) {
      if (auto taken = take(*item); !taken) return tl::unexpected(taken.error());
    }
  } else if (auto taken = take(*member.value); !taken) {
    return tl::unexpected(taken.error());
  }
  if (node.values.empty()) return at_line(*member.value, go_quoted(member.key) + " has no value");
  return node;
}

Result<SigmaNode> read_keywords(const std::vector<const yaml::Node*>& items) {
  SigmaNode node;
  node.kind = SigmaNode::Kind::Keyword;
  for (const yaml::Node* item : items) {
    auto read = read_sigma_value(*item, SigmaModifiers{});
    if (!read) return at_line(*item, read.error().message);
    node.line = item->position.line;
    std::ranges::move(*read, std::back_inserter(node.values));
  }
  return node;
}

Result<SigmaNode> read_search(const yaml::Node& search) {
  SigmaNode node;
  node.line = search.position.line;
  if (const auto* members = search.mapping()) {
    node.kind = SigmaNode::Kind::And;
    for (const yaml::Member& member : *members) {
      auto field = read_field(member);
      if (!field) return field;
      node.parts.push_back(*std::move(field));
    }
    return node;
  }
  const auto* const items = search.sequence();
  if (items == nullptr) return read_keywords({&search});
  const bool maps = std::ranges::any_of(
      *items, [](const yaml::Node* item) { return item->mapping() != nullptr; });
  if (!maps) return read_keywords(*items);
  node.kind = SigmaNode::Kind::Or;
  for (const yaml::Node* item : *items) {
    if (item->mapping() == nullptr) return at_line(*item, "a list has maps or keywords, not both");
    auto one = read_search(*item);
    if (!one) return one;
    node.parts.push_back(*std::move(one));
  }
  return node;
}

Result<SigmaNode> read_detection(const yaml::Node& detection) {
  const auto* const members = detection.mapping();
  if (members == nullptr) return fail("detection must be a map of searches and a condition");
  std::vector<std::pair<std::string, SigmaNode>> searches;
  const yaml::Node* condition = nullptr;
  for (const yaml::Member& member : *members) {
    if (member.key == "condition") {
      condition = member.value;
    } else if (member.key == "timeframe") {
      return at_line(*member.value, "timeframe is gone from Sigma: write a correlation rule");
    } else {
      auto search = read_search(*member.value);
      if (!search) return search;
      searches.emplace_back(member.key, *std::move(search));
    }
  }
  if (condition == nullptr) return fail("detection needs a condition");
  SigmaNode any;
  any.kind = SigmaNode::Kind::Or;
  for (const std::string& text : texts_of(*condition)) {
    auto one = read_sigma_condition(text, searches);
    if (!one) return at_line(*condition, one.error().message);
    any.parts.push_back(*std::move(one));
  }
  if (any.parts.empty()) return fail("detection needs a condition");
  if (any.parts.size() > 1) return any;
  SigmaNode only = std::move(any.parts.front());
  return only;
}

/// Why the rule is not about Kubernetes' audit logs; nothing when it is or says nothing of it.
std::optional<std::string> other_source(const yaml::Node& document) {
  const yaml::Node* const source = yaml::find(document, "logsource");
  if (source == nullptr) return std::nullopt;
  const auto product = member_text(*source, "product");
  const auto service = member_text(*source, "service");
  if (product && !equals_ignoring_case(*product, "kubernetes")) return "product " + *product;
  if (service && !equals_ignoring_case(*service, "audit")) return "service " + *service;
  return std::nullopt;
}

bool is_level(std::string_view level) {
  constexpr std::string_view kLevels[] = {"informational", "low", "medium", "high", "critical"};
  return std::ranges::find(kLevels, level) != std::end(kLevels);
}

}  // namespace

void add_sigma_rule(const yaml::Node& document, const std::string& file, SigmaRules& rules,
                    RuleProblems& problems, std::vector<std::string>& skipped) {
  const RulePlace place{file, document.position.line};
  const std::string title = member_text(document, "title").value_or("");
  const auto refuse = [&](std::string message) {
    problems.push_back({place, title, std::move(message)});
  };
  if (title.empty()) return refuse("a Sigma rule needs a title");
  const std::string level = member_text(document, "level").value_or("");
  if (!level.empty() && !is_level(level)) return refuse("there is no level " + go_quoted(level));
  if (const yaml::Node* const correlation = yaml::find(document, "correlation")) {
    auto read = read_correlation(document, *correlation);
    if (!read) return refuse(read.error().message);
    read->place = place;
    rules.correlations.push_back(*std::move(read));
    return;
  }
  const yaml::Node* const detection = yaml::find(document, "detection");
  if (detection == nullptr) return refuse("a Sigma rule needs a detection or a correlation");
  if (const auto other = other_source(document)) {
    skipped.push_back(file + ":" + std::to_string(place.line) + ": rule " + go_quoted(title) +
                      " is not about Kubernetes' audit log: its source is " + visible(*other));
    return;
  }
  auto condition = read_detection(*detection);
  if (!condition) return refuse(condition.error().message);
  SigmaRule rule;
  rule.title = title;
  rule.id = member_text(document, "id").value_or("");
  rule.name = member_text(document, "name").value_or("");
  rule.level = level;
  rule.status = member_text(document, "status").value_or("");
  rule.condition = *std::move(condition);
  rule.place = place;
  rules.rules.push_back(std::move(rule));
}

}  // namespace kaudit::audit::rules
