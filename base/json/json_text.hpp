#pragma once

#include <string>
#include <string_view>

namespace kaudit {

/// Appends `text` as a JSON string with its quotes, escaped as Go's encoding/json does: `<`, `>`,
/// `&`, U+2028, U+2029 as \u00XX / \u202X, controls as \b \f \n \r \t or \u00XX, and each byte that
/// is not UTF-8 as `\ufffd`.
void append_json_string(std::string& out, std::string_view text);

/// A finite number as Go's encoding/json writes a float64: the shortest digits that read back as
/// the same value, with an exponent below 1e-6 and from 1e21 on.
std::string json_number(double value);

}  // namespace kaudit
