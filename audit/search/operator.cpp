#include "audit/search/operator.hpp"

#include <array>
#include <cstddef>
#include <utility>

#include "base/text/ascii.hpp"

namespace kaudit::audit::search {
namespace {

constexpr std::array<std::pair<std::string_view, Operator>, 18> kSpellings = {{
    {"exists", Operator::Exists},
    {"=", Operator::Equal},
    {"==", Operator::Equal},
    {"!=", Operator::NotEqual},
    {"<", Operator::Less},
    {"<=", Operator::LessOrEqual},
    {">", Operator::Greater},
    {">=", Operator::GreaterOrEqual},
    {"contains", Operator::Contains},
    {"icontains", Operator::ContainsIgnoringCase},
    {"startswith", Operator::StartsWith},
    {"endswith", Operator::EndsWith},
    {"glob", Operator::Glob},
    {"iglob", Operator::GlobIgnoringCase},
    {"regex", Operator::Regex},
    {"in", Operator::In},
    {"intersects", Operator::Intersects},
    {"pmatch", Operator::PathMatch},
}};

constexpr auto kNames = [] {
  std::array<std::string_view, kSpellings.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kSpellings[i].first;
  return names;
}();

constexpr char folded(char c, GlobCase glob_case) noexcept {
  return glob_case == GlobCase::Ignored ? to_lower(c) : c;
}

/// Whether the set at the front of `pattern` (behind its `[`) has the character; what follows its
/// `]` in `after`. Nothing when the set does not end: then the bracket is itself.
std::optional<bool> set_has(std::string_view pattern, char c, GlobCase glob_case,
                            std::string_view& after) noexcept {
  std::size_t i = 0;
  const bool negated = !pattern.empty() && (pattern[0] == '!' || pattern[0] == '^');
  if (negated) ++i;
  bool found = false;
  for (bool first = true;; first = false) {
    if (i >= pattern.size()) return std::nullopt;
    if (pattern[i] == ']' && !first) break;
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    const char low = pattern[i++];
    char high = low;
    if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
      high = pattern[i + 1];
      i += 2;
    }
    const auto within = [&](char one) {
      return static_cast<unsigned char>(low) <= static_cast<unsigned char>(one) &&
             static_cast<unsigned char>(one) <= static_cast<unsigned char>(high);
    };
    found = found || within(c);
    if (glob_case == GlobCase::Ignored) {
      found =
          found || within(to_lower(c)) || (is_lower(c) && within(static_cast<char>(c - 'a' + 'A')));
    }
  }
  after = pattern.substr(i + 1);
  return found != negated;
}

/// Matches one character against the front of the pattern, which is not `*`, and passes that.
bool one_matches(std::string_view& pattern, char c, GlobCase glob_case) noexcept {
  const char first = pattern.front();
  std::string_view rest = pattern.substr(1);
  if (first == '?') {
    pattern = rest;
    return true;
  }
  if (first == '[') {
    std::string_view after;
    if (const auto has = set_has(rest, c, glob_case, after)) {
      pattern = after;
      return *has;
    }
  }
  char literal = first;
  if (first == '\\' && !rest.empty()) {
    literal = rest.front();
    rest.remove_prefix(1);
  }
  pattern = rest;
  return folded(literal, glob_case) == folded(c, glob_case);
}

}  // namespace

std::string_view to_string(Operator op) noexcept {
  for (const auto& [name, one] : kSpellings) {
    if (one == op) return name;
  }
  return "";
}

std::optional<Operator> parse_operator(std::string_view text) noexcept {
  for (const auto& [name, op] : kSpellings) {
    if (name == text) return op;
  }
  return std::nullopt;
}

std::span<const std::string_view> operator_names() noexcept { return kNames; }

bool contains_ignoring_case(std::string_view text, std::string_view part) noexcept {
  if (part.empty()) return true;
  const char first = to_lower(part.front());
  for (; text.size() >= part.size(); text.remove_prefix(1)) {
    if (to_lower(text.front()) == first &&
        equals_ignoring_case(text.substr(0, part.size()), part)) {
      return true;
    }
  }
  return false;
}

bool is_path_below(std::string_view path, std::string_view prefix) noexcept {
  while (prefix.size() > 1 && prefix.ends_with('/')) prefix.remove_suffix(1);
  if (!path.starts_with(prefix)) return false;
  return path.size() == prefix.size() || prefix.ends_with('/') || path[prefix.size()] == '/';
}

bool glob_matches(std::string_view pattern, std::string_view text, GlobCase glob_case) noexcept {
  // Where to go back to: behind the last star, which then takes one character more.
  std::string_view behind_star;
  std::size_t taken = 0;
  bool star = false;
  std::size_t at = 0;
  while (at < text.size() || !pattern.empty()) {
    if (!pattern.empty() && pattern.front() == '*') {
      pattern.remove_prefix(1);
      behind_star = pattern;
      taken = at;
      star = true;
      continue;
    }
    if (!pattern.empty() && at < text.size() && one_matches(pattern, text[at], glob_case)) {
      ++at;
      continue;
    }
    if (!star || taken >= text.size()) return false;
    pattern = behind_star;
    at = ++taken;
  }
  return true;
}

}  // namespace kaudit::audit::search
