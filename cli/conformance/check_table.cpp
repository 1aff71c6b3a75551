#include "cli/conformance/check_table.hpp"

#include <algorithm>
#include <vector>

#include "cli/text_table.hpp"

namespace kaudit::cli {
namespace {

/// The sections, in the order of their first checks.
std::vector<std::string_view> sections_of(const Suite& suite) {
  std::vector<std::string_view> sections;
  for (const Check& check : suite.checks) {
    if (std::ranges::find(sections, check.section) == sections.end()) {
      sections.push_back(check.section);
    }
  }
  return sections;
}

/// A vertical bar would end the cell.
std::string markdown_cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string_view to_string(CheckLevel level) noexcept {
  switch (level) {
    case CheckLevel::Must:
      return "must";
    case CheckLevel::Should:
      return "should";
    case CheckLevel::May:
      return "may";
  }
  return "";
}

const Check* Suite::find(std::string_view id) const noexcept {
  const auto found = std::ranges::find(checks, id, &Check::id);
  return found == checks.end() ? nullptr : &*found;
}

void append_markdown(std::string& out, const Suite& suite) {
  for (const std::string_view section : sections_of(suite)) {
    out += "\n**" + std::string(section) +
           "**\n\n| check | level | what holds | why | reference |\n|---|---|---|---|---|\n";
    for (const Check& check : suite.checks) {
      if (check.section != section) continue;
      out += "| `" + std::string(check.id) + "` | " + std::string(to_string(check.level)) + " | " +
             markdown_cell(check.claim) + " | " + markdown_cell(check.reason) + " | " +
             markdown_cell(check.reference) + " |\n";
    }
  }
}

void append_check_list(std::string& out, const Suite& suite) {
  TextTable table;
  for (const Check& check : suite.checks) {
    table.add_row(
        {std::string(check.id), std::string(to_string(check.level)), std::string(check.claim)});
  }
  table.append_to(out);
}

}  // namespace kaudit::cli
