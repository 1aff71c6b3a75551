#include "policy/lint/edit.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>

#include "policy/lint/source_lines.hpp"

namespace kaudit::policy::lint {

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
