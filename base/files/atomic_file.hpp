#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kaudit {

enum class FileMode : std::uint8_t {
  Private,  ///< 0600
  Public,   ///< 0644
};

/// Writes a file under a temporary name beside it and renames it into place, so that nobody ever
/// sees a part of it. Errors name the file.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view contents,
                                   FileMode mode);

/// Makes a folder, and those above it that are missing, with mode 0700 whatever the umask; one that
/// is there stays as it is. Errors name it.
Result<void> make_private_folder(const std::filesystem::path& path);

/// A folder only its owner may enter, under the system's folder for temporary files; gone with the
/// object.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> make();
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  ~TemporaryFolder();

  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;  ///< empty after a move
};

}  // namespace kaudit
