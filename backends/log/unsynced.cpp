#include "backends/log/unsynced.hpp"

#include <cerrno>
#include <unistd.h>

#include "backends/log/file_paths.hpp"

namespace kaudit::backends {

Result<void> sync_to_disk(const Unsynced& unsynced) {
  Result<void> result;
  for (const auto& file : unsynced.files) {
    if (::fdatasync(file->get()) != 0 && result) {
      result = tl::unexpected(path_error("sync", unsynced.path, errno));
    }
  }
  if (unsynced.folder.empty()) return result;
  auto folder = sync_folder(unsynced.folder);
  return result ? folder : result;
}

}  // namespace kaudit::backends
