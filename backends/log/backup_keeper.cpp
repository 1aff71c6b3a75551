#include "backends/log/backup_keeper.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <unistd.h>
#include <utility>

#include "backends/log/file_paths.hpp"
#include "backends/log/gzip_file.hpp"

namespace kaudit::backends {

BackupKeeper::BackupKeeper(const std::string& log_path, const RotationLimits& limits,
                           WallClock clock)
    : log_path_(real_path(log_path)),
      names_(std::filesystem::path(log_path_).filename().string()),
      limits_(limits),
      clock_(std::move(clock)) {}

void BackupKeeper::hold(std::string name) {
  const Lock lock(mutex_);
  held_ = std::move(name);
}

void BackupKeeper::release() {
  const Lock lock(mutex_);
  held_.clear();
}

std::vector<std::string> BackupKeeper::names_in(const std::string& folder, Tidied& tidied) const {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  if (error) tidied.errors.push_back(path_error("open", folder, error.value()));
  // Looked at after the listing: a name that is in it was held before it was there.
  const Lock lock(mutex_);
  std::erase(names, held_);
  return names;
}

BackupKeeper::Tidied BackupKeeper::tidy(const std::stop_token& stop) {
  Tidied tidied;
  const std::string folder = folder_of(log_path_);
  const std::string inside = folder + "/";
  const UpkeepPlan plan = plan_upkeep(names_, names_in(folder, tidied), limits_, clock_());
  for (const std::string& name : plan.remove) {
    const std::string path = inside + name;
    if (::unlink(path.c_str()) == 0) {
      ++tidied.removed;
    } else if (errno != ENOENT) {
      tidied.errors.push_back(path_error("remove", path, errno));
    }
  }
  for (const std::string& name : plan.compress) {
    auto compressed = gzip_file(inside + name, stop);
    if (stop.stop_requested()) break;  // the next start goes on
    if (compressed) {
      ++tidied.compressed;
    } else {
      tidied.errors.push_back(std::move(compressed.error()));
    }
  }
  return tidied;
}

}  // namespace kaudit::backends
