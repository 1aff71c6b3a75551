#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace kaudit::audit::search {

/// What a check asks of a field. (libsinsp cmpop)
enum class Operator : std::uint8_t {
  Exists,
  Equal,
  NotEqual,
  Less,
  LessOrEqual,
  Greater,
  GreaterOrEqual,
  Contains,
  ContainsIgnoringCase,
  StartsWith,
  EndsWith,
  Glob,
  GlobIgnoringCase,
  Regex,
  In,
  Intersects,
  PathMatch,
};

/// How it is written.
std::string_view to_string(Operator op) noexcept;
std::optional<Operator> parse_operator(std::string_view text) noexcept;
/// All spellings, for suggestions.
std::span<const std::string_view> operator_names() noexcept;

/// Whether it takes a list in parentheses.
constexpr bool takes_list(Operator op) noexcept {
  return op == Operator::In || op == Operator::Intersects || op == Operator::PathMatch;
}
/// Whether it may be asked of a field that is a list.
constexpr bool takes_list_field(Operator op) noexcept {
  return op == Operator::Exists || op == Operator::In || op == Operator::Intersects;
}

/// Whether `text` holds `part`, whatever the case of ASCII letters.
bool contains_ignoring_case(std::string_view text, std::string_view part) noexcept;
/// Whether `path` is `prefix` or lies below it, by whole components.
bool is_path_below(std::string_view path, std::string_view prefix) noexcept;

/// Which case a glob heeds.
enum class GlobCase : std::uint8_t { Heeded, Ignored };
/// fnmatch() without flags: `*` and `?` match slashes, too; `[a-z]`, `[!a]`, `\*`. Takes time
/// linear in text times pattern.
bool glob_matches(std::string_view pattern, std::string_view text, GlobCase glob_case) noexcept;

}  // namespace kaudit::audit::search
