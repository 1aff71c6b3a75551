#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kaudit {

/// Bytes that come one piece after the other: a file, a pipe, what is unpacked of another source.
/// Not thread-safe.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  /// Puts up to `size` bytes (at least 2) at `to` and returns how many; 0 is the end. Waits for the
  /// first byte, never for more. Error: nothing more can be read, and why; without the name.
  virtual Result<std::size_t> read(char* to, std::size_t size) = 0;
};

/// A file, or standard input for `-`. Error: `PATH: no such file or directory`; a folder is
/// refused.
Result<std::unique_ptr<ByteSource>> open_byte_source(const std::string& path);

/// Text in memory. It must outlive the source.
std::unique_ptr<ByteSource> memory_source(std::string_view text);

/// The same bytes, unpacked where they are gzip (which their first two bytes say, not a name);
/// several gzip members one after the other are one text. Of a damaged or cut file everything comes
/// that can be unpacked, then the error.
std::unique_ptr<ByteSource> unpacked_source(std::unique_ptr<ByteSource> packed);

}  // namespace kaudit
