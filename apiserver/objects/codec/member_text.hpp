#pragma once

#include <string>
#include <string_view>

namespace kaudit::apiserver::objects {

/// The value at a path of members (`spec.nodeName`) in a compact JSON object that is known to be
/// valid, as a selector compares it: a string without quotes, numbers and booleans as they are
/// written, "" for null, for anything but a scalar and for what is not there. Reads the text
/// without building a tree. The view is into `json`, or into `scratch` when the string has escapes.
std::string_view member_text(std::string_view json, std::string_view path, std::string& scratch);

}  // namespace kaudit::apiserver::objects
