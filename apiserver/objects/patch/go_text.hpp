#pragma once

#include <string>
#include <string_view>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::patch {

// How Go prints and reads decoded JSON; the libraries' errors show their values in this form.

/// fmt's %v of a decoded value: `map[a:1 b:[x <nil>]]`, members in the order of their names.
std::string go_text(const Json& value);
/// fmt's %s of a value that should have been a string: `%!s(int64=5)`; a string as it is.
std::string go_string_verb(const Json& value);
/// reflect's name of a decoded value's type: `map[string]interface {}`, `int64` …
std::string_view go_type(const Json& value) noexcept;

/// True when a number's text fits into an int64, as which Go then decodes it; else it is a float64.
bool is_int64(const Json::Number& number) noexcept;
/// A float64 as encoding/json writes it.
std::string json_float(double value);

}  // namespace kaudit::apiserver::objects::patch
