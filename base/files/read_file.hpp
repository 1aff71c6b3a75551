#pragma once

#include <string>

#include "base/result.hpp"

namespace kaudit {

/// The system's text for an error number as Go words it: `no such file or directory`.
std::string system_error_text(int number);

/// A whole file. The error is Go's: `open PATH: no such file or directory`,
/// `read PATH: is a directory`.
Result<std::string> read_file(const std::string& path);

}  // namespace kaudit
