#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kaudit::cli {

enum class RuleSeverity : std::uint8_t { Info, Warning, Error };
std::string_view to_string(RuleSeverity severity) noexcept;

/// What can be wrong with a rule; each has a code that stays.
enum class RuleCode : std::uint8_t {
  NotLoaded,        ///< KR001
  UnknownField,     ///< KR101
  ImpossibleValue,  ///< KR102
  UnknownVerb,      ///< KR103
  ExecByCreate,     ///< KR104
  WrongGroup,       ///< KR105
  NotRecorded,      ///< KR106
  UnknownResource,  ///< KR107
  TurnedOff,        ///< KR108
  FalcoFault,       ///< KR109
  NoAnswerYet,      ///< KR110
  AlwaysTrue,       ///< KR111
};
std::string_view code_text(RuleCode code) noexcept;
/// What it is in a few words, for SARIF.
std::string_view code_summary(RuleCode code) noexcept;
inline constexpr std::size_t kRuleCodes = 12;

/// One thing that is wrong with a rule. An error: the rule can never fire.
struct RuleFinding {
  std::string file;
  int line = 0;
  std::string rule;
  RuleCode code = RuleCode::NotLoaded;
  RuleSeverity severity = RuleSeverity::Warning;
  std::string message;
  std::string fix;
};

/// A line a finding, its fix below it.
void append_rule_findings_text(std::string& out, const std::vector<RuleFinding>& findings);
/// `{"file","line","rule","code","severity","message","fix"}`, a line a finding.
void append_rule_findings_json(std::string& out, const std::vector<RuleFinding>& findings);
/// One SARIF 2.1.0 log.
void append_rule_findings_sarif(std::string& out, const std::vector<RuleFinding>& findings);

}  // namespace kaudit::cli
