#pragma once

#include <string_view>

#include "base/yaml/node.hpp"

namespace kaudit::policy {

/// The value at this path; null when there is none.
const yaml::Node* find_node(const yaml::Document& document, std::string_view path);

/// Where a field (`rules[0].resources[1].group`) is in a document; for one that is missing, where
/// the innermost value around it is.
yaml::Position locate(const yaml::Document& document, std::string_view path);

}  // namespace kaudit::policy
