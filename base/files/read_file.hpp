#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"

namespace kaudit {

/// Bytes that a configuration file may have: a policy, a kubeconfig, a certificate, tokens.
constexpr std::size_t kConfigurationFileLimit = std::size_t{16} << 20U;

/// The system's text for an error number as Go words it: `no such file or directory`.
std::string system_error_text(int number);

/// A whole file of configuration. Never waits for another process: what is not a regular file (a
/// FIFO has a writer that may never come, a terminal a reader) is refused, and so is what is larger
/// than `limit` bytes; both errors name the file and what to do instead. The other errors are Go's:
/// `open PATH: no such file or directory`, `read PATH: is a directory`.
Result<std::string> read_file(const std::string& path, std::size_t limit = kConfigurationFileLimit);

}  // namespace kaudit
