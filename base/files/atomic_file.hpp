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

}  // namespace kaudit
