#include <algorithm>
#include <cstddef>

#include "policy/lint/checks/syntax_advice.hpp"
#include "policy/lint/source_lines.hpp"

namespace kaudit::policy::lint {

std::optional<SyntaxAdvice> advise_json(std::string_view text, yaml::Position noticed) {
  const SourceLines lines(text);
  const std::size_t at = lines.offset_of(noticed);
  if (at >= text.size()) {
    return SyntaxAdvice{noticed, "the file ends too early: close its brackets and quotes"};
  }
  const std::string_view before = text.substr(0, at);
  const std::size_t last = before.find_last_not_of(" \t\r\n");
  if ((text[at] == '}' || text[at] == ']') && last != before.npos && before[last] == ',') {
    const std::string_view head = text.substr(0, last);
    const auto line = static_cast<int>(std::ranges::count(head, '\n')) + 1;
    const std::size_t start = head.rfind('\n');
    const std::size_t column = start == head.npos ? last + 1 : last - start;
    return SyntaxAdvice{{line, static_cast<int>(column)},
                        "remove this comma: JSON has none after the last item"};
  }
  if (text[at] == '\'') return SyntaxAdvice{noticed, "write double quotes: JSON has no others"};
  if (text[at] == '#' || text[at] == '/') {
    return SyntaxAdvice{noticed, "remove the comment: JSON has none"};
  }
  if (text[at] == '"') return SyntaxAdvice{noticed, "put a comma before it"};
  return std::nullopt;
}

}  // namespace kaudit::policy::lint
