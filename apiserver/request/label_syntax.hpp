#pragma once

#include <string_view>

#include "base/result.hpp"

namespace kaudit::apiserver::request {

/// A label's key: `[prefix/]name`, the prefix a DNS-1123 subdomain, the name of 63 letters, digits
/// and `-_.` at most (validation.IsQualifiedName). The error lists all that is wrong.
Result<void> check_label_key(std::string_view key);

/// A label's value: like a key's name, or empty (validation.IsValidLabelValue).
Result<void> check_label_value(std::string_view value);

/// True when a name can be one segment of a path: neither `.` nor `..`, and without `/` and `%`
/// (path.IsValidPathSegmentName). The empty name can.
bool is_path_segment_name(std::string_view name) noexcept;

}  // namespace kaudit::apiserver::request
