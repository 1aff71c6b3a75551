#include "policy/lint/fixes/edit.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>

#include "policy/lint/source_lines.hpp"

namespace kaudit::policy::lint {

Edit moved_in(Edit edit, int blanks) {
  const std::string indent(static_cast<std::size_t>(blanks), ' ');
  const bool whole_lines = edit.start.column == 1 && edit.end.column == 1;
  std::string text = whole_lines ? indent : "";
  for (std::size_t at = 0; at < edit.text.size(); ++at) {
    text += edit.text[at];
    const bool more = at + 1 < edit.text.size() || !whole_lines;
    if (edit.text[at] == '\n' && more) text += indent;
  }
  edit.text = std::move(text);
  if (whole_lines) return edit;
  edit.start.column += blanks;
  edit.end.column += blanks;
  return edit;
}

std::string with_edits(std::string_view text, std::vector<Edit> edits) {
  std::ranges::stable_sort(
      edits, {}, [](const Edit& edit) { return std::tuple(edit.start.line, edit.start.column); });
  const SourceLines lines(text);
  std::string out;
  std::size_t done = 0;
  for (const Edit& edit : edits) {
    const std::size_t start = lines.offset_of(edit.start);
    const std::size_t end = lines.offset_of(edit.end);
    if (start < done || end < start) continue;
    out += text.substr(done, start - done);
    const bool behind_last_line = start == text.size() && edit.start.column == 1;
    if (behind_last_line && !out.empty() && out.back() != '\n') out += '\n';
    out += edit.text;
    done = end;
  }
  out += text.substr(done);
  return out;
}

}  // namespace kaudit::policy::lint
