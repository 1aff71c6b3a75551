#pragma once

#include <string>
#include <string_view>

#include "base/yaml/node.hpp"

namespace kaudit::yaml {

/// Turns a file's bytes into the text that is parsed: UTF-8 without byte order mark, lines ended by
/// `\n` alone. Refuses what is not UTF-8 (or UTF-16 after its byte order mark) and control
/// characters that YAML 1.1 does not allow.
ReadResult<std::string> source_text(std::string_view bytes);

}  // namespace kaudit::yaml
