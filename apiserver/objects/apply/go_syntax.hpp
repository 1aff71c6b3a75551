#pragma once

#include <string>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::apply {

/// A decoded value as Go source, fmt's %#v: `map[string]interface {}{"a":1}`. What nests deeper
/// than a few levels is cut, since no error is worth it.
std::string go_syntax(const Json& value);

}  // namespace kaudit::apiserver::objects::apply
