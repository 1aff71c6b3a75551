#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kaudit::cli {

/// What differs between two objects as JSON, a line a value: `spec.replicas: 1 -> 3`. What every
/// write changes (managedFields, resourceVersion, generation) is left out, and what is nested very
/// deeply. Values are cut short and escaped.
std::vector<std::string> object_difference(std::string_view before, std::string_view after);

/// What an object or a patch has, a line a value, the same way.
std::vector<std::string> object_values(std::string_view object);

}  // namespace kaudit::cli
