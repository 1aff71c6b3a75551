#include <algorithm>
#include <array>
#include <string_view>

#include "base/text/unicode.hpp"
#include "cli/policy/findings_output.hpp"
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
  // A rule to be copied stands on lines of its own.
  for (const char c : fix) {
    out += c;
    if (c == '\n') out += std::string(kIndent) + "  ";
  }
  out += '\n';
}

std::string counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

void append_findings_text(std::string& out, const CheckedFile& file) {
  const SourceLines lines(file.report.text);
  std::array<std::size_t, 3> counts{};
  for (const Finding& finding : file.report.findings) {
    const policy::lint::Lint& lint = lint_of(finding.code);
    ++counts[static_cast<std::size_t>(finding.severity)];
    out += file.name + ":" + std::to_string(finding.position.line) + ":" +
           std::to_string(finding.position.column) + ": " +
           std::string(to_string(finding.severity)) + ": " + printable(finding.message) + " [" +
           std::string(lint.id) + " " + std::string(lint.name) + "]\n";
    append_excerpt(out, lines, finding);
    append_fix(out, finding.fix);
  }
  out += file.name + ": " + counted(file.report.rules, "rule") + ", ";
  if (file.report.findings.empty()) {
    out += "nothing found\n";
    return;
  }
  out += counted(counts[2], "error") + ", " + counted(counts[1], "warning") + ", " +
         counted(counts[0], "note") + "\n";
}

}  // namespace kaudit::cli
