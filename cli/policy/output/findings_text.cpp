#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <vector>

#include "base/text/quote.hpp"
#include "base/text/unicode.hpp"
#include "cli/policy/output/findings_output.hpp"
#include "policy/lint/source_lines.hpp"

namespace kaudit::cli {
namespace {

using policy::lint::Finding;
using policy::lint::Severity;
using policy::lint::SourceLines;

constexpr std::size_t kWidth = 110;  ///< of an excerpt, in bytes
constexpr std::string_view kIndent = "    ";

/// Text that does nothing to a terminal; tabs stay.
std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Rune rune = decode_rune(text);
    const bool shown = rune.valid && (is_printable(rune.code_point) || text.front() == '\t');
    if (shown) {
      out += text.substr(0, rune.size);
    } else {
      append_utf8(out, kReplacement);
    }
    text.remove_prefix(rune.size);
  }
  return out;
}

/// Where an excerpt of a long line starts: not in the middle of a character.
std::size_t excerpt_start(std::string_view line, std::size_t column) {
  if (line.size() <= kWidth || column < kWidth / 2) return 0;
  std::size_t start = column - kWidth / 2;
  while (start < column && (static_cast<unsigned char>(line[start]) & 0xC0U) == 0x80U) ++start;
  return start;
}

/// The line and, below it, a caret with a tail under the word at the place.
void append_excerpt(std::string& out, const SourceLines& lines, const Finding& finding) {
  const std::string_view line = lines.line(finding.position.line);
  const std::size_t column =
      std::min(static_cast<std::size_t>(std::max(finding.position.column, 1)) - 1, line.size());
  const std::size_t start = excerpt_start(line, column);
  const std::string number = std::to_string(finding.position.line);
  const std::string before = printable(line.substr(start, column - start));
  out += std::string(kIndent) + number + " | " +
         printable(line.substr(start, std::min(kWidth, line.size() - start))) + "\n";
  out += std::string(kIndent) + std::string(number.size(), ' ') + " | ";
  for (std::string_view rest = before; !rest.empty();) {
    const Rune rune = decode_rune(rest);
    out += rest.front() == '\t' ? '\t' : ' ';
    rest.remove_prefix(rune.size);
  }
  const std::size_t visible = std::max<std::size_t>(
      1, std::min(lines.length_at(finding.position), start + kWidth - column));
  out += "^" + std::string(visible - 1, '~') + "\n";
}

void append_fix(std::string& out, std::string_view fix) {
  if (fix.empty()) return;
  out += std::string(kIndent) + "fix: ";
  // A rule to be copied gets lines of its own.
  for (const char c : visible(fix, Layout::Kept)) {
    out += c;
    if (c == '\n') out += std::string(kIndent) + "  ";
  }
  out += '\n';
}

std::string counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

/// Messages that differ in rules, lines and other numbers only say the same.
std::string without_numbers(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      if (out.empty() || out.back() != '#') out += '#';
    } else {
      out += c;
    }
  }
  return out;
}

bool are_alike(const Finding& a, const Finding& b) {
  return a.code == b.code && a.fix == b.fix &&
         without_numbers(a.message) == without_numbers(b.message);
}

/// Findings that say the same.
using FindingGroup = std::vector<const Finding*>;

std::vector<FindingGroup> grouped_findings(const std::vector<Finding>& findings) {
  std::vector<FindingGroup> groups;
  for (const Finding& finding : findings) {
    const auto same = std::ranges::find_if(
        groups, [&](const FindingGroup& group) { return are_alike(*group.front(), finding); });
    if (same == groups.end()) {
      groups.push_back({&finding});
    } else {
      same->push_back(&finding);
    }
  }
  std::ranges::stable_sort(groups, std::greater{},
                           [](const FindingGroup& group) { return group.front()->severity; });
  return groups;
}

std::string coloured(std::string_view text, const char* code, Colour colour) {
  if (colour == Colour::No) return std::string(text);
  return std::string("\x1b[") + code + "m" + std::string(text) + "\x1b[0m";
}

const char* colour_of(Severity severity) noexcept {
  switch (severity) {
    case Severity::Error:
      return "1;31";
    case Severity::Warning:
      return "1;33";
    case Severity::Info:
      return "36";
  }
  return "0";
}

/// `and 11 more like it: lines 12, 30 and …`
void append_others(std::string& out, const FindingGroup& group) {
  constexpr std::size_t kMostLines = 20;
  if (group.size() == 1) return;
  out += std::string(kIndent) + "and " + std::to_string(group.size() - 1) + " more like it: line" +
         (group.size() == 2 ? " " : "s ");
  for (std::size_t i = 1; i < group.size(); ++i) {
    if (i > kMostLines) {
      out += ", …";
      break;
    }
    out += (i == 1 ? "" : ", ") + std::to_string(group[i]->position.line);
  }
  out += '\n';
}

}  // namespace

void append_findings_text(std::string& out, const CheckedFile& file, Colour colour) {
  const SourceLines lines(file.report.text);
  const std::string name = printable(file.name);
  for (const policy::lint::FoundPolicy& found : file.report.found) {
    out += name + ":" + std::to_string(found.line) + ": a policy" +
           (found.where.empty() ? "" : " in " + printable(found.where)) + "\n";
  }
  std::array<std::size_t, 3> counts{};
  for (const FindingGroup& group : grouped_findings(file.report.findings)) {
    const Finding& finding = *group.front();
    const policy::lint::Lint& lint = lint_of(finding.code);
    counts[static_cast<std::size_t>(finding.severity)] += group.size();
    out += name + ":" + std::to_string(finding.position.line) + ":" +
           std::to_string(finding.position.column) + ": " +
           coloured(to_string(finding.severity), colour_of(finding.severity), colour) + ": " +
           printable(finding.message) + " [" + std::string(lint.id) + " " + std::string(lint.name) +
           "]\n";
    append_excerpt(out, lines, finding);
    append_others(out, group);
    append_fix(out, finding.fix);
  }
  out += name + ": " + counted(file.report.rules, "rule") + ", ";
  if (file.report.findings.empty()) {
    out += file.hidden == 0
               ? "nothing found\n"
               : "nothing but what is below --severity: " + counted(file.hidden, "finding") + "\n";
    return;
  }
  out += counted(counts[2], "error") + ", " + counted(counts[1], "warning") + ", " +
         counted(counts[0], "note");
  out += file.hidden == 0 ? "\n" : "; " + std::to_string(file.hidden) + " below --severity\n";
}

}  // namespace kaudit::cli
