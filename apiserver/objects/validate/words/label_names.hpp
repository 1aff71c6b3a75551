#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kaudit::apiserver::objects::validate {

// What is wrong with a text in metadata, one line for each broken rule; empty when it is valid.
// (Selectors have their own words for the same rules: request/label_syntax.hpp.)

/// `[prefix/]name`: keys of labels and annotations, finalizers. (apimachinery pkg/util/validation
/// IsQualifiedName)
std::vector<std::string> qualified_name_errors(std::string_view name);

/// (IsValidLabelValue)
std::vector<std::string> label_value_errors(std::string_view value);

}  // namespace kaudit::apiserver::objects::validate
