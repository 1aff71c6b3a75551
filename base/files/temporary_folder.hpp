#pragma once

#include <cstddef>
#include <filesystem>
#include <utility>

#include "base/result.hpp"

namespace kaudit {

/// A folder only its owner may enter, under the system's folder for temporary files; gone with the
/// object. A process that is killed leaves its folder behind: while it lives it holds a lock in
/// there, which the system drops with it, so that remove_abandoned() can tell.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> make();
  /// The same below a folder that is there.
  static Result<TemporaryFolder> make(const std::filesystem::path& parent);

  /// Removes the folders that killed processes of this user left below `parent`, and says how many
  /// these were. A folder is one of them when it has our name and owner, is closed to others, and
  /// holds our lock file, which nobody has locked. Links are not followed, and a folder with more
  /// in it than files stays. What cannot be looked at or removed is left alone. Any thread, any
  /// number of processes at once.
  static std::size_t remove_abandoned();
  static std::size_t remove_abandoned(const std::filesystem::path& parent);

  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  ~TemporaryFolder();

  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  TemporaryFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;  ///< empty after a move
  int lock_ = -1;               ///< a descriptor; -1 where the file system has no locks
};

}  // namespace kaudit
