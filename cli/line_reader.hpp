#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kaudit::cli {

/// Reads a file or standard input line by line; a line may hold any bytes,
/// kLongest of them at most. Of a pipe it gives what has come. Not thread-safe.
class LineReader {
 public:
  static constexpr std::size_t kLongest = 256U << 20U;

  /// `-` is standard input.
  static Result<LineReader> open(const std::string& path);

  /// The next line without its line feed, good until the next call; nullopt at the end. An end of
  /// file ends a line, too. Error: the file cannot be read, or a line is too long.
  Result<std::optional<std::string_view>> next();

 private:
  struct Close {
    void operator()(std::FILE* file) const noexcept;
  };
  using File = std::unique_ptr<std::FILE, Close>;

  LineReader(File file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}

  File file_;
  std::string name_;
  std::string buffer_;
  std::size_t at_ = 0;  ///< where in the buffer the next line begins
  bool end_ = false;    ///< the file has no more
};

}  // namespace kaudit::cli
