#include "base/client/watched_file.hpp"

#include <sys/stat.h>
#include <utility>

namespace kaudit::client {

bool WatchedFile::has_changed() {
  Stamp now;
  struct stat status {};
  if (::stat(path_.c_str(), &status) == 0) {
    now = {status.st_dev, status.st_ino, status.st_size, status.st_ctim.tv_sec,
           status.st_ctim.tv_nsec};
  }
  const bool first = !std::exchange(looked_, true);
  return std::exchange(stamp_, now) != now || first;
}

}  // namespace kaudit::client
