#include "base/yaml/syntax_check.hpp"

#include <algorithm>

#include "base/text/trim.hpp"

namespace kaudit::yaml {
namespace {

constexpr std::size_t kNotClosed = std::string_view::npos;
constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kEscapes = "0abt\tnvfre \"'\\N_LPxuU\n";

constexpr const char* kTab = "found character that cannot start any token";

constexpr const char* kNoColon = "could not find expected ':'";

bool is_blank_or_end(char c) noexcept { return is_blank(c) || c == '\n' || c == '\0'; }

}  // namespace

std::size_t SyntaxCheck::skip_blanks(std::size_t offset) const noexcept {
  while (is_blank(at(offset))) ++offset;
  return offset;
}

std::size_t SyntaxCheck::skip_properties(std::size_t offset) const noexcept {
  while (at(offset) == '&' || at(offset) == '!') {
    while (!is_blank_or_end(at(offset))) ++offset;
    while (is_blank(at(offset)) || at(offset) == '\n') ++offset;
  }
  return offset;
}

/// The offset after the closing quote, or kNotClosed.
std::size_t SyntaxCheck::end_of_quoted(std::size_t offset) const noexcept {
  const char quote = text_[offset++];
  for (; offset < text_.size(); ++offset) {
    if (text_[offset] == '\\' && quote == '"') {
      ++offset;
    } else if (text_[offset] == quote) {
      if (quote == '"' || at(offset + 1) != quote) return offset + 1;
      ++offset;
    }
  }
  return kNotClosed;
}

const char* SyntaxCheck::quoted_scalar(std::size_t offset) const noexcept {
  offset = skip_properties(offset);
  const char quote = at(offset);
  if (quote != '"' && quote != '\'') return nullptr;
  const std::size_t end = end_of_quoted(offset);
  if (end == kNotClosed) return "found unexpected end of stream";
  if (quote == '\'') return nullptr;
  for (std::size_t i = offset + 1; i < end; ++i) {
    if (text_[i] != '\\') continue;
    if (kEscapes.find(text_[++i]) == std::string_view::npos) {
      return "found unknown escape character";
    }
  }
  return nullptr;
}

/// An explicit key (`? key`) needs no ':' at all.
bool SyntaxCheck::follows_question_mark(std::size_t offset) const noexcept {
  while (offset > 0 && (is_blank(text_[offset - 1]) || text_[offset - 1] == '\n')) --offset;
  if (offset == 0 || text_[offset - 1] != '?') return false;
  return offset == 1 || is_blank_or_end(text_[offset - 2]);
}

const char* SyntaxCheck::block_key(std::size_t offset) const noexcept {
  if (follows_question_mark(offset)) return nullptr;
  offset = skip_properties(offset);
  if (at(offset) == '"' || at(offset) == '\'') {
    const std::size_t end = end_of_quoted(offset);
    if (end == kNotClosed) return "found unexpected end of stream";
    return at(skip_blanks(end)) == ':' ? nullptr : kNoColon;
  }
  for (; at(offset) != '\n' && at(offset) != '\0'; ++offset) {
    if (at(offset) == ':' && is_blank_or_end(at(offset + 1))) return nullptr;
    if (is_blank(at(offset)) && at(offset + 1) == '#') break;
  }
  return kNoColon;
}

/// The part of the line before the offset.
std::string_view SyntaxCheck::line_before(std::size_t offset) const noexcept {
  const std::size_t line_end = offset == 0 ? text_.npos : text_.rfind('\n', offset - 1);
  const std::size_t start = line_end == text_.npos ? 0 : line_end + 1;
  return text_.substr(start, offset - start);
}

const char* SyntaxCheck::indentation(std::size_t offset) const noexcept {
  const std::string_view line = line_before(offset);
  const bool only_indicators = line.find_first_not_of(" \t-?:") == line.npos;
  if (!only_indicators || line.starts_with("---")) return nullptr;
  return line.find('\t') != line.npos ? kTab : nullptr;
}

const char* SyntaxCheck::gap_above(std::size_t offset, Previous previous) const noexcept {
  return check_gap(line_before(offset), false, previous);
}

const char* SyntaxCheck::trailing_lines(Previous previous) const noexcept {
  const std::string_view line = line_before(text_.size());
  const std::size_t content = line.find_first_not_of(kBlanks);
  if (content != line.npos && line[content] != '#') return nullptr;
  return check_gap(line, line.substr(0, content).find('\t') != line.npos, previous);
}

/// Goes up over the empty lines and comments above `line`.
const char* SyntaxCheck::check_gap(std::string_view line, bool is_indented_by_tab,
                                   Previous previous) const noexcept {
  if (previous == Previous::BlockScalar) return nullptr;
  while (line.data() != text_.data()) {
    line = line_before(static_cast<std::size_t>(line.data() - text_.data()) - 1);
    const std::size_t content = line.find_first_not_of(kBlanks);
    const bool is_comment = content != line.npos && line[content] == '#';
    const bool is_token = content != line.npos && !is_comment;
    const bool has_comment = is_comment || (is_token && line.find(" #") != line.npos);
    if (is_indented_by_tab && has_comment && !line.starts_with("...")) return kTab;
    if (is_token) {
      return is_indented_by_tab && previous == Previous::Other && !line.starts_with("...")
                 ? kTab
                 : nullptr;
    }
    is_indented_by_tab |= line.substr(0, content).find('\t') != line.npos;
  }
  return is_indented_by_tab ? kTab : nullptr;
}

SyntaxCheck::Previous SyntaxCheck::scalar_kind(std::size_t offset) const noexcept {
  const char first = at(skip_properties(offset));
  if (first == '|' || first == '>') return Previous::BlockScalar;
  return first == '"' || first == '\'' ? Previous::Other : Previous::PlainScalar;
}

bool SyntaxCheck::continues_after_root(std::size_t next) const noexcept {
  if (text_.substr(next).starts_with("---") || !line_before(next).empty()) return false;
  // "..." ended the document, and the parser has eaten it.
  while (next > 0) {
    const std::string_view line = line_before(next - 1);
    if (line.starts_with("...")) return false;
    const std::size_t content = line.find_first_not_of(kBlanks);
    if (content != line.npos && line[content] != '#') return true;
    next -= line.size() + 1;
  }
  return false;
}

std::optional<Position> SyntaxCheck::opens_too_many(std::size_t limit) const noexcept {
  constexpr std::string_view kOpens = "[{";
  constexpr std::string_view kSpace = " \t\n";
  // What may come before a value, white space aside.
  constexpr std::string_view kBefore = ":-,?[{";
  char before = ':';  // so that the document may begin with a run
  for (std::size_t offset = 0; offset < text_.size();) {
    if (kOpens.find(text_[offset]) == kOpens.npos || kBefore.find(before) == kBefore.npos) {
      // A bracket within text is text, and so is what follows it.
      const bool is_open = kOpens.find(text_[offset]) != kOpens.npos;
      if (kSpace.find(text_[offset]) == kSpace.npos) before = is_open ? 'x' : text_[offset];
      ++offset;
      continue;
    }
    std::size_t opened = 0;
    for (; offset < text_.size(); ++offset) {
      if (kSpace.find(text_[offset]) != kSpace.npos) continue;
      if (kOpens.find(text_[offset]) == kOpens.npos) break;
      if (++opened <= limit) continue;
      const auto line =
          std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
      return Position{static_cast<int>(line) + 1, static_cast<int>(line_before(offset).size()) + 1};
    }
    before = '[';
  }
  return std::nullopt;
}

std::optional<ReadError> SyntaxCheck::directives() const {
  Position position{1, 1};
  bool seen_version = false;
  std::string_view rest = text_;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    const bool is_empty =
        line.empty() || line.front() == '#' || line.find_first_not_of(kBlanks) == line.npos;
    if (!is_empty && line.front() != '%') return std::nullopt;
    if (!is_empty) {
      const std::string_view name = line.substr(1, line.find_first_of(kBlanks) - 1);
      if (name == "YAML") {
        if (seen_version) return ReadError{"yaml: found duplicate %YAML directive", position};
        seen_version = true;
        std::string_view version = line.substr(1 + name.size());
        version.remove_prefix(std::min(version.find_first_not_of(kBlanks), version.size()));
        version = version.substr(0, version.find_first_of(kBlanks));
        if (version != "1.1") return ReadError{"yaml: found incompatible YAML document", position};
      } else if (name != "TAG") {
        return ReadError{"yaml: found unknown directive name", position};
      }
    }
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    ++position.line;
  }
  return std::nullopt;
}

}  // namespace kaudit::yaml
