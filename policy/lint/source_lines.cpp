#include "policy/lint/source_lines.hpp"

#include <algorithm>

namespace kaudit::policy::lint {

SourceLines::SourceLines(std::string_view text) : text_(text), starts_{0} {
  for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
    starts_.push_back(at + 1);
  }
}

std::string_view SourceLines::line(int number) const noexcept {
  if (number < 1 || static_cast<std::size_t>(number) > starts_.size()) return {};
  std::string_view line = text_.substr(starts_[static_cast<std::size_t>(number) - 1]);
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::size_t SourceLines::offset_of(yaml::Position position) const noexcept {
  const auto line_index = static_cast<std::size_t>(std::max(position.line, 1)) - 1;
  if (line_index >= starts_.size()) return text_.size();
  const auto column = static_cast<std::size_t>(std::max(position.column, 1)) - 1;
  return starts_[line_index] + std::min(column, line(position.line).size());
}

std::string_view SourceLines::from(yaml::Position position) const noexcept {
  const std::string_view text = line(position.line);
  const auto column = static_cast<std::size_t>(std::max(position.column, 1)) - 1;
  return text.substr(std::min(column, text.size()));
}

std::size_t SourceLines::length_at(yaml::Position position) const noexcept {
  const std::string_view rest = from(position);
  if (rest.empty()) return 1;
  if (rest.front() == '"' || rest.front() == '\'') {
    const std::size_t end = rest.find(rest.front(), 1);
    return end == rest.npos ? 1 : end + 1;
  }
  std::size_t end = 0;
  while (end < rest.size() && std::string_view(" \t,[]{}").find(rest[end]) == rest.npos &&
         !(rest[end] == ':' && (end + 1 == rest.size() || rest[end + 1] == ' '))) {
    ++end;
  }
  return std::max<std::size_t>(end, 1);
}

int SourceLines::code_points(yaml::Position position) const noexcept {
  const std::string_view text = line(position.line);
  const auto column = static_cast<std::size_t>(std::max(position.column, 1)) - 1;
  const std::string_view before = text.substr(0, column);
  const auto continued = std::ranges::count_if(
      before, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; });
  return static_cast<int>(column + 1 - static_cast<std::size_t>(continued));
}

}  // namespace kaudit::policy::lint
