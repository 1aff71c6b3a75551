#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kaudit::cli {

/// Writes a text to a file, `-` being standard output. Error: it cannot be written, with its name.
Result<void> write_text_file(const std::string& path, std::string_view text);

}  // namespace kaudit::cli
