#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/rules/correlation_links.hpp"
#include "audit/rules/falco_rules.hpp"
#include "audit/rules/sigma_rule.hpp"
#include "audit/search/evaluation.hpp"
#include "audit/search/event_filter.hpp"
#include "audit/search/filter_index.hpp"
#include "audit/search/output_template.hpp"

namespace kaudit::audit::rules {

/// Larger rule files are not read.
inline constexpr std::size_t kMaxRuleFileBytes = 8U << 20U;

/// A Falco rule that can be asked.
struct ReadyFalcoRule {
  FalcoRule rule;
  search::Filter filter;
  search::OutputTemplate output;
};

/// The rules of all files, Falco's and Sigma's. Immutable once finished; threads may share it.
class RuleSet {
 public:
  explicit RuleSet(search::Quirks quirks) : quirks_(quirks) {}

  /// Takes a file's rules: a list is Falco's, maps are Sigma's. What cannot be taken is in
  /// problems().
  void add_file(std::string_view text, const std::string& name);
  /// After the last file: appends and overrides are carried out, conditions compiled.
  void finish();

  const RuleProblems& problems() const noexcept { return problems_; }
  /// Rules that are not about audit events.
  const std::vector<std::string>& skipped() const noexcept { return skipped_; }
  const std::vector<ReadyFalcoRule>& falco() const noexcept { return falco_; }
  /// Which of falco() an event may meet, by their places there.
  const search::FilterIndex& falco_index() const noexcept { return falco_index_; }
  const SigmaRules& sigma() const noexcept { return sigma_; }
  /// What counts for which of sigma()'s correlations.
  const CorrelationLinks& links() const noexcept { return links_; }
  const search::FieldSet& fields() const noexcept { return fields_; }
  search::Quirks quirks() const noexcept { return quirks_; }

 private:
  void compile(FalcoRule rule);

  search::Quirks quirks_;
  FalcoRules collected_;
  search::FieldSet fields_;
  std::vector<ReadyFalcoRule> falco_;
  search::FilterIndex falco_index_;
  SigmaRules sigma_;
  CorrelationLinks links_;
  RuleProblems problems_;
  std::vector<std::string> skipped_;
};

}  // namespace kaudit::audit::rules
