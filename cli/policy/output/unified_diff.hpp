#pragma once

#include <string>
#include <string_view>

namespace kaudit::cli {

/// What changes from one text to the other, as `diff -u` shows it, for `patch`; empty when nothing
/// does. What is between the first and the last changed line is compared line by line unless it is
/// very long: then it is shown as replaced.
std::string unified_diff(std::string_view name, std::string_view before, std::string_view after);

}  // namespace kaudit::cli
