#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kaudit::cli {

/// One text for all ways to write the same JSON value: members sorted by name (the last of several
/// of one name counts), strings with the same escapes, numbers by their exact value: `1E5`,
/// `100000` and `1.0e5` are the same, `0.1` and the double next to it are not. `compact` is what
/// compact_json() gives. Nested more than a thousand deep a value stays as it is.
std::string canonical_json(std::string_view compact);

/// The exact value of a JSON number: digits without zeros at either end, and an exponent of ten.
std::string canonical_number(std::string_view number);

}  // namespace kaudit::cli
