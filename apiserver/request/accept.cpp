#include "apiserver/request/accept.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text/ascii.hpp"
#include "base/text/list.hpp"
#include "base/text/trim.hpp"

namespace kaudit::apiserver::request {
namespace {

std::string_view next_part(std::string_view& rest, char separator) {
  return trim_space(take_until(rest, separator));
}

std::optional<AcceptClause> parse_clause(std::string_view text) {
  AcceptClause clause;
  std::string_view range = next_part(text, ';');
  if (range.empty()) return std::nullopt;
  clause.type = next_part(range, '/');
  clause.subtype = range;
  if (clause.subtype.empty()) {
    if (clause.type != "*") return std::nullopt;
    clause.subtype = "*";  // a lone `*`
  }
  while (!text.empty()) {
    std::string_view value = next_part(text, ';');
    const std::string_view name = next_part(value, '=');
    if (name == "q") {
      // Anything but a number counts as 1.
      std::from_chars(value.data(), value.data() + value.size(), clause.quality);
    } else {
      clause.parameters.emplace_back(name, trim_space(value));
    }
  }
  return clause;
}

int wildcards(const AcceptClause& clause) {
  return (clause.type == "*" ? 2 : 0) + (clause.subtype == "*" ? 1 : 0);
}

}  // namespace

std::string_view AcceptClause::parameter(std::string_view name) const noexcept {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return {};
}

bool AcceptClause::covers(std::string_view media_type) const noexcept {
  const std::size_t slash = media_type.find('/');
  const auto is = [](std::string_view range, std::string_view name) {
    return range == "*" || equals_ignoring_case(range, name);
  };
  return is(type, media_type.substr(0, slash)) && is(subtype, media_type.substr(slash + 1));
}

std::vector<AcceptClause> parse_accept(std::string_view header) {
  std::vector<AcceptClause> clauses;
  while (!header.empty()) {
    if (auto clause = parse_clause(next_part(header, ','))) clauses.push_back(*std::move(clause));
  }
  std::stable_sort(clauses.begin(), clauses.end(), [](const auto& a, const auto& b) {
    if (a.quality != b.quality) return a.quality > b.quality;
    return wildcards(a) < wildcards(b);
  });
  return clauses;
}

}  // namespace kaudit::apiserver::request
