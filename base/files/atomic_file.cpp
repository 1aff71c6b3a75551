#include "base/files/atomic_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "base/files/write_all.hpp"

namespace kaudit {
namespace {

constexpr mode_t kPrivateFolderMode = 0700;

std::string system_reason(int error) { return std::generic_category().message(error); }

}  // namespace

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view contents,
                                   FileMode mode) {
  std::string temporary = path.string() + ".XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) {
    return fail("cannot write " + path.string() + ": " + system_reason(errno));
  }
  int error = write_all(file, contents);
  if (error == 0 && mode == FileMode::Public && ::fchmod(file, 0644) != 0) {
    error = errno;
  }
  if (::close(file) != 0 && error == 0) {
    error = errno;
  }
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) {
    error = errno;
  }
  if (error != 0) {
    ::unlink(temporary.c_str());
    return fail("cannot write " + path.string() + ": " + system_reason(error));
  }
  return {};
}

Result<void> make_private_folder(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return {};
  }
  const std::filesystem::path above = path.parent_path();
  if (!above.empty() && above != path) {
    if (auto made = make_private_folder(above); !made) {
      return made;
    }
  }
  // The path may end in a slash, and then names the folder that has just been made.
  if (::mkdir(path.c_str(), kPrivateFolderMode) != 0 && errno != EEXIST) {
    return fail("cannot make the folder " + path.string() + ": " + system_reason(errno));
  }
  if (!std::filesystem::is_directory(path, ignored)) {
    return fail("cannot make the folder " + path.string() + ": " + system_reason(ENOTDIR));
  }
  return {};
}

}  // namespace kaudit
