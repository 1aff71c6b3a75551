#pragma once

#include <atomic>
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

  /// A file that is still written to: where it ends, next() waits for more until `stop`, and goes
  /// on with the file that has taken its name or its place when it is rotated. `stop` must outlive
  /// the reader; a signal handler may set it.
  static Result<LineReader> follow(const std::string& path, const std::atomic<bool>& stop);

  /// The next line without its line feed, good until the next call; nullopt at the end. An end of
  /// file ends a line, too. Error: the file cannot be read, or a line is too long.
  Result<std::optional<std::string_view>> next();

 private:
  struct Close {
    void operator()(std::FILE* file) const noexcept;
  };
  using File = std::unique_ptr<std::FILE, Close>;

  LineReader(File file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}

  /// Waits a moment at the end of a followed file. False: nothing more is wanted.
  bool wait_for_more();
  /// Goes over to the file that has the name now, if it is another or was cut.
  void follow_rotation();

  File file_;
  std::string name_;
  std::string buffer_;
  std::size_t at_ = 0;                       ///< where in the buffer the next line begins
  bool end_ = false;                         ///< the file has no more
  const std::atomic<bool>* stop_ = nullptr;  ///< of a followed file
};

}  // namespace kaudit::cli
