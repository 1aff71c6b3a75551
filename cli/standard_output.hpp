#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"

namespace kaudit::cli {

/// Standard output, written in large pieces. Append to buffer(), then call flush_when_full();
/// flush() at the end. Not thread-safe.
class Output {
 public:
  std::string& buffer() noexcept { return buffer_; }

  Result<void> flush_when_full() { return buffer_.size() < kFull ? Result<void>() : flush(); }
  /// Writes all. The error names what went wrong; what could not be written is dropped.
  Result<void> flush();

 private:
  static constexpr std::size_t kFull = 256 * 1024;

  std::string buffer_;
};

}  // namespace kaudit::cli
