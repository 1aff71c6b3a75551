// From the texts of Falco rule files to expressions.
#include <utility>

#include "audit/rules/falco_exceptions.hpp"
#include "audit/rules/falco_rules.hpp"
#include "base/text/quote.hpp"

namespace kaudit::audit::rules {
namespace {

/// How many items lists may make of each other.
constexpr std::size_t kMostItems = 100'000;

/// Which line of the file an offset of a condition is in: a block has its text below its place.
RulePlace place_in(const RulePlace& place, std::string_view condition, std::size_t offset) {
  RulePlace found = place;
  for (std::size_t i = 0; i < offset && i < condition.size(); ++i) {
    if (condition[i] == '\n') ++found.line;
  }
  return found;
}

bool is_audit_source(std::string_view source) {
  return source.empty() || source == "k8s_audit" || source.starts_with("k8saudit");
}

}  // namespace

const std::vector<std::string>* FalcoRules::list(std::string_view name) const {
  const auto found = finished_lists_.find(name);
  return found == finished_lists_.end() ? nullptr : &found->second;
}

const search::Expression* FalcoRules::macro(std::string_view name) const {
  const auto found = finished_macros_.find(name);
  return found == finished_macros_.end() ? nullptr : &found->second;
}

void FalcoRules::finish_lists() {
  for (const List& list : lists_) {
    std::vector<std::string> items;
    for (const std::string& item : list.items) {
      const auto* const inner = this->list(item);
      if (inner == nullptr) {
        items.push_back(item);
      } else if (items.size() + inner->size() <= kMostItems) {
        items.insert(items.end(), inner->begin(), inner->end());
      }
    }
    finished_lists_[list.name] = std::move(items);
  }
}

void FalcoRules::finish_macros(RuleProblems& problems) {
  for (const Text& macro : macros_) {
    auto parsed = search::parse_expression(macro.condition, this, search::kMaxRuleNesting);
    if (parsed) {
      finished_macros_.insert_or_assign(macro.name, *std::move(parsed));
      continue;
    }
    problems.push_back(
        {place_in(macro.place, macro.condition, parsed.error().offset), "",
         "macro " + go_quoted(macro.name) + ": " + describe(parsed.error(), macro.condition)});
  }
}

std::vector<FalcoRule> FalcoRules::finish(RuleProblems& problems,
                                          std::vector<std::string>& skipped) {
  finish_lists();
  finish_macros(problems);
  std::vector<FalcoRule> ready;
  for (FalcoRule& rule : rules_) {
    if (!is_audit_source(rule.source)) {
      skipped.push_back(rule.place.file + ":" + std::to_string(rule.place.line) + ": rule " +
                        go_quoted(rule.name) + " is not about audit events: its source is " +
                        go_quoted(rule.source));
      continue;
    }
    if (!rule.enabled) continue;
    const std::string condition = with_exceptions(rule);
    auto parsed = search::parse_expression(condition, this, search::kMaxRuleNesting);
    if (parsed) {
      rule.expression = *std::move(parsed);
      ready.push_back(std::move(rule));
    } else if (!rule.skip_if_unknown) {
      problems.push_back({place_in(rule.condition_place, condition, parsed.error().offset),
                          rule.name, describe(parsed.error(), condition)});
    }
  }
  return ready;
}

}  // namespace kaudit::audit::rules
