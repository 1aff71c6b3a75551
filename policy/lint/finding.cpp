#include "policy/lint/finding.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "policy/lint/rule_text.hpp"
#include "policy/lint/source_lines.hpp"
#include "policy/locate.hpp"

namespace kaudit::policy::lint {
namespace {

constexpr std::string_view kIndent = " ";

bool is_content(std::string_view line) noexcept {
  const std::size_t at = line.find_first_not_of(kIndent);
  return at != line.npos && line[at] != '#';
}

bool is_comment(std::string_view line) noexcept {
  const std::size_t at = line.find_first_not_of(kIndent);
  return at != line.npos && line[at] == '#';
}

/// The column of the `-` before a rule that is an item of a list of lines, or 0.
int dash_column(const SourceLines& lines, yaml::Position rule) {
  const std::string_view line = lines.line(rule.line);
  const std::size_t dash = line.find_first_not_of(kIndent);
  if (dash == line.npos || line[dash] != '-') return 0;
  const std::size_t content = line.find_first_not_of(kIndent, dash + 1);
  const bool is_item = content > dash + 1 && content + 1 == static_cast<std::size_t>(rule.column);
  return is_item ? static_cast<int>(dash) + 1 : 0;
}

/// The line after the last one of a list whose items have their `-` in this column.
int line_behind(const SourceLines& lines, int last_rule, int dash) {
  int behind = last_rule + 1;
  for (int number = last_rule + 1; number <= lines.count(); ++number) {
    const std::string_view line = lines.line(number);
    if (!is_content(line)) continue;
    const auto indent = static_cast<int>(line.find_first_not_of(kIndent)) + 1;
    if (indent <= dash) break;
    behind = number + 1;
  }
  return behind;
}

std::string indented(const std::string& text, int blanks) {
  const std::string indent(static_cast<std::size_t>(blanks), ' ');
  std::string out = indent;
  for (const char c : text) {
    out += c;
    if (c == '\n') out += indent;
  }
  return out + "\n";
}

}  // namespace

int rule_of(const std::string& path) noexcept {
  constexpr std::string_view kRules = "rules[";
  if (!path.starts_with(kRules)) return Finding::kNoRule;
  int rule = Finding::kNoRule;
  std::from_chars(path.data() + kRules.size(), path.data() + path.size(), rule);
  return rule;
}

Finding& Findings::add(Code code, const std::string& path, std::string message, std::string fix) {
  return add_at(code, locate(document_, path), path, std::move(message), std::move(fix));
}

Finding& Findings::add_at(Code code, yaml::Position position, const std::string& path,
                          std::string message, std::string fix) {
  return findings_.emplace_back(Finding{code, lint_of(code).severity, position, rule_of(path), path,
                                        std::move(message), std::move(fix)});
}

void Findings::offer_yaml(Finding& finding, yaml::Position at, const std::string& old,
                          const std::string& yaml) const {
  if (!is_yaml()) return;
  const SourceLines lines(text_);
  const std::size_t start = lines.offset_of(at);
  for (const std::string& written : {old, "\"" + old + "\"", "'" + old + "'"}) {
    if (written.empty() || text_.substr(start, written.size()) != written) continue;
    finding.edits = {{at, {at.line, at.column + static_cast<int>(written.size())}, yaml}};
    finding.fix_kind = FixKind::Slip;
    return;
  }
}

void Findings::offer_value(Finding& finding, yaml::Position at, const std::string& old,
                           const std::string& text) const {
  if (!is_yaml()) return;
  const std::string_view there = text_.substr(SourceLines(text_).offset_of(at));
  const bool is_quoted = there.starts_with('"') || there.starts_with('\'');
  offer_yaml(finding, at, old,
             is_quoted ? there.front() + text + there.front() : flow_scalar(text));
}

void Findings::offer_rules(Finding& finding, const Policy& policy, int before,
                           const std::string& rules) const {
  if (!is_yaml() || policy.rules.empty()) return;
  const SourceLines lines(text_);
  const bool at_end = before == Finding::kNoRule;
  const Rule& rule =
      at_end ? policy.rules.back() : policy.rules.at(static_cast<std::size_t>(before));
  const int dash = dash_column(lines, rule.position);
  if (dash == 0) return;
  int line = rule.position.line;
  if (at_end) {
    line = line_behind(lines, line, dash);
  } else {
    // The comments above a rule are about it.
    while (line > 1 && is_comment(lines.line(line - 1))) --line;
  }
  finding.edits = {{{line, 1}, {line, 1}, indented(rules, dash - 1)}};
  finding.fix_kind = FixKind::Judgement;
}

void Findings::offer_field(Finding& finding, const Rule& rule, const std::string& field) const {
  if (!is_yaml()) return;
  const SourceLines lines(text_);
  const std::string_view line = lines.line(rule.position.line);
  const auto column = static_cast<std::size_t>(std::max(rule.position.column, 1));
  if (dash_column(lines, rule.position) == 0 || line.substr(column - 1).starts_with('{')) return;
  finding.edits = {{rule.position, rule.position, field + "\n" + std::string(column - 1, ' ')}};
  finding.fix_kind = FixKind::Judgement;
}

}  // namespace kaudit::policy::lint
