#include "backends/descriptor.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backends/log/file_paths.hpp"

namespace kaudit::backends {

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

void keep_access(int file, int other) noexcept {
  constexpr mode_t kAccess = 0777;
  struct stat mine {};
  struct stat theirs {};
  if (::fstat(file, &mine) != 0 || ::fstat(other, &theirs) != 0) return;
  if (mine.st_uid != theirs.st_uid || mine.st_gid != theirs.st_gid) {
    if (::fchown(file, theirs.st_uid, theirs.st_gid) != 0) return;  // stays private, then
  }
  if ((mine.st_mode & kAccess) != (theirs.st_mode & kAccess)) {
    ::fchmod(file, theirs.st_mode & kAccess);
  }
}

Result<void> sync_folder(const std::string& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) return tl::unexpected(path_error("open", folder, errno));
  // EINVAL: the file system has nothing to wait for.
  if (::fsync(opened.get()) != 0 && errno != EINVAL) {
    return tl::unexpected(path_error("sync", folder, errno));
  }
  return {};
}

}  // namespace kaudit::backends
