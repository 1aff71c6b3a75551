#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "base/json/json_fault.hpp"

namespace kaudit {

/// Validates one JSON value and gives it without the white space between its tokens, with `<`, `>`,
/// `&`, U+2028 and U+2029 escaped and everything else as it came, in one pass and without
/// recursion. Accepts and refuses what encoding/json does (JsonScanner). (encoding/json Compact
/// with EscapeHTML)
tl::expected<std::string, JsonFault> compact_json(std::string_view text);

/// The same behind what `out` holds. After an error `out` holds anything.
tl::expected<void, JsonFault> append_compact_json(std::string& out, std::string_view text);

/// From the first byte of a value to the byte after its last; null where it is not valid, or would
/// become another text by compact_json(). Looks at no byte beyond the value that follows.
const char* pass_if_compact(const char* at, const char* end);

}  // namespace kaudit
