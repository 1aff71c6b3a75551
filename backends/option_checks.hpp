#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace kaudit::backends {

/// The values of an enum with their names in flags.
template <typename Value, std::size_t size>
using NamedValues = std::array<std::pair<Value, std::string_view>, size>;

template <typename Value, std::size_t size>
std::optional<Value> value_in(const NamedValues<Value, size>& table,
                              std::string_view name) noexcept {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [name](const auto& entry) { return entry.second == name; });
  if (found == table.end()) return std::nullopt;
  return found->first;
}

/// All names, with commas between them.
template <typename Value, std::size_t size>
std::string names_of(const NamedValues<Value, size>& table) {
  std::string names;
  for (const auto& [value, name] : table) {
    if (!names.empty()) names += ',';
    names += name;
  }
  return names;
}

/// All names, for FlagSet::offer().
template <typename Value, std::size_t size>
std::vector<std::string> choices_of(const NamedValues<Value, size>& table) {
  std::vector<std::string> names;
  for (const auto& [value, name] : table) names.emplace_back(name);
  return names;
}

/// kube-apiserver's text: `invalid audit batch log buffer size 0, must be a positive number`.
std::string not_positive(std::string_view subject, std::string_view value);

/// Adds an error unless the flag's value is 0 or more.
void check_not_negative(std::vector<Error>& errors, std::string_view flag, std::int64_t value);

}  // namespace kaudit::backends
