#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/files/byte_source.hpp"

namespace kaudit::cli {

/// A file that is still written to, as bytes: where it ends, reading waits for more until `stop`,
/// and goes on with the file that has taken its name or its place when it is rotated. What the old
/// file ended in is a line of its own. `stop` must outlive the source; a signal handler may set it.
/// With `last_lines` it begins that many lines before the file's end.
Result<std::unique_ptr<ByteSource>> follow_file(const std::string& path,
                                                const std::atomic<bool>& stop,
                                                std::uint64_t last_lines = UINT64_MAX);

/// The same until SIGINT or SIGTERM, which do not end the program then, so that what was found is
/// still shown.
Result<std::unique_ptr<ByteSource>> follow_until_interrupted(const std::string& path,
                                                             std::uint64_t last_lines = UINT64_MAX);

}  // namespace kaudit::cli
