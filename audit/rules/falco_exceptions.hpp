#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/rules/falco_rules.hpp"

namespace kaudit::audit::rules {

/// Reads a rule's `exceptions` and adds them to those that it has: one of the same name takes the
/// values of both. Error: what is wrong with them.
std::optional<std::string> read_exceptions(const yaml::Node& node,
                                           std::vector<FalcoException>& exceptions);

/// The condition but for the exceptions: `(CONDITION) and not ((a = x and b in (y)) or …)`.
std::string with_exceptions(const FalcoRule& rule);

}  // namespace kaudit::audit::rules
