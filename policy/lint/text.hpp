#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy.hpp"

namespace kaudit::policy::lint {

// How findings say things.

/// `rules[3].verbs[0]`
std::string rule_path(std::size_t rule, std::string_view field = "");
std::string item_path(const std::string& list, std::size_t index);

/// `rule 3 (line 14)`, counted from 0 as in field paths.
std::string rule_name(const Policy& policy, std::size_t rule);

/// `a`, `a and b`, `a, b and c`
std::string enumerated(const std::vector<std::string>& items);

/// A value of the file in backquotes: without control characters, at most 200 bytes of it.
std::string code(std::string_view text);

/// The word that a fix says to write and nothing else (`write \`users\``); "" for other fixes.
std::string_view replacement_in(std::string_view fix) noexcept;

/// What a rule without this condition applies to: `all verbs`.
std::string_view everything_of(std::string_view field) noexcept;

/// `rule 3`, `rules 3, 4 and 9`
std::string rule_numbers(const std::vector<std::size_t>& rules);

bool asks_for_nothing(const Rule& rule) noexcept;

}  // namespace kaudit::policy::lint
