#pragma once

#include <string_view>

#include "base/yaml/node.hpp"

namespace kaudit::yaml {

/// Reads one JSON value as Go's encoding/json does, without recursion: bytes that are not UTF-8 and
/// lone surrogates become U+FFFD; errors are worded as there. All members of an object are kept,
/// repeated ones too.
ReadResult<Document> read_json(std::string_view text);

}  // namespace kaudit::yaml
