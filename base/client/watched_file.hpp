#pragma once

#include <cstdint>
#include <ctime>
#include <string>
#include <sys/types.h>

namespace kaudit::client {

/// Notices that a file was changed or replaced, by what stat(2) says of it; so a change that keeps
/// size, inode and time (in nanoseconds) is not seen. One thread at a time.
class WatchedFile {
 public:
  WatchedFile() = default;
  explicit WatchedFile(std::string path) : path_(std::move(path)) {}

  const std::string& path() const noexcept { return path_; }
  /// True at the first call, and when the file is another one than at the call before; a missing
  /// file is one of its own.
  bool has_changed();

 private:
  struct Stamp {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = -1;
    time_t seconds = 0;
    long nanoseconds = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };

  std::string path_;
  Stamp stamp_;
  bool looked_ = false;
};

}  // namespace kaudit::client
