#include "base/files/temporary_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <stdlib.h>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/text/ascii.hpp"

namespace kaudit {
namespace {

constexpr std::string_view kPrefix = "kaudit-";
constexpr std::string_view kPattern = "XXXXXX";
constexpr const char* kLock = ".lock";
constexpr const char* kNewLock = ".lock.new";
// A start is not to be held up by a folder full of other people's files.
constexpr int kMostLookedAt = 100'000;
constexpr std::size_t kMostFiles = 100;

/// Closes a descriptor at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  int get() const noexcept { return fd_; }
  bool valid() const noexcept { return fd_ >= 0; }
  int release() noexcept { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

/// Reads a folder that is open already; the descriptor stays the caller's. Null: it cannot be read.
Folder entries_of(int folder) {
  Descriptor copy(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!copy.valid()) return nullptr;
  Folder entries(::fdopendir(copy.get()));
  if (entries) {
    copy.release();
  }
  return entries;
}

bool is_ours(const struct stat& found) noexcept { return found.st_uid == ::geteuid(); }

bool has_our_name(std::string_view name) noexcept {
  if (name.size() != kPrefix.size() + kPattern.size() || !name.starts_with(kPrefix)) return false;
  name.remove_prefix(kPrefix.size());
  return std::all_of(name.begin(), name.end(), is_alphanumeric);
}

/// The lock of a folder whose process is gone, locked; an invalid descriptor when it lives, or when
/// the folder is not one of ours.
Descriptor abandoned_lock(int folder) {
  struct stat found {};
  if (::fstat(folder, &found) != 0 || !is_ours(found) || (found.st_mode & 077U) != 0) {
    return Descriptor(-1);
  }
  // O_NONBLOCK: somebody's pipe of that name is not waited for.
  Descriptor lock(::openat(folder, kLock, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  const bool held = !lock.valid() || ::fstat(lock.get(), &found) != 0 || !is_ours(found) ||
                    !S_ISREG(found.st_mode) || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0;
  return held ? Descriptor(-1) : Descriptor(lock.release());
}

/// The files of a folder but for its lock; false when it has more in it than that.
bool list_files(int folder, std::vector<std::string>& files) {
  const Folder entries = entries_of(folder);
  if (!entries) return false;
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string_view name(entry->d_name);
    if (name == "." || name == ".." || name == kLock) continue;
    struct stat found {};
    if (::fstatat(folder, entry->d_name, &found, AT_SYMLINK_NOFOLLOW) != 0 ||
        S_ISDIR(found.st_mode) || files.size() == kMostFiles) {
      return false;
    }
    files.emplace_back(name);
  }
  return true;
}

bool remove_if_abandoned(int parent, const char* name) {
  const Descriptor folder(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder.valid()) return false;
  const Descriptor lock = abandoned_lock(folder.get());
  if (!lock.valid()) return false;
  std::vector<std::string> files;
  if (!list_files(folder.get(), files)) return false;
  for (const std::string& file : files) ::unlinkat(folder.get(), file.c_str(), 0);
  // The lock goes last: what is left of a removal that is cut short is found again.
  ::unlinkat(folder.get(), kLock, 0);
  return ::unlinkat(parent, name, AT_REMOVEDIR) == 0;
}

/// Makes the lock file and locks it, under another name at first: a file of the right name that
/// nobody has locked is one whose process is gone.
int lock_folder(const std::filesystem::path& path) {
  const std::string name = path / kNewLock;
  Descriptor lock(::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!lock.valid()) return -1;
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0 ||
      ::rename(name.c_str(), (path / kLock).c_str()) != 0) {
    ::unlink(name.c_str());
    return -1;
  }
  return lock.release();
}

}  // namespace

Result<TemporaryFolder> TemporaryFolder::make() {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  if (error) return fail("cannot make a temporary folder: " + error.message());
  return make(parent);
}

Result<TemporaryFolder> TemporaryFolder::make(const std::filesystem::path& parent) {
  std::string name = parent / (std::string(kPrefix) + std::string(kPattern));
  if (::mkdtemp(name.data()) == nullptr) {
    return fail("cannot make a temporary folder (" + name +
                "): " + std::generic_category().message(errno));
  }
  return TemporaryFolder(name, lock_folder(name));
}

std::size_t TemporaryFolder::remove_abandoned() {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  return error ? 0 : remove_abandoned(parent);
}

std::size_t TemporaryFolder::remove_abandoned(const std::filesystem::path& parent) {
  const Descriptor folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const Folder entries = folder.valid() ? entries_of(folder.get()) : nullptr;
  if (!entries) return 0;
  std::size_t removed = 0;
  for (int i = 0; i < kMostLookedAt; ++i) {
    const dirent* entry = ::readdir(entries.get());
    if (entry == nullptr) break;
    if (has_our_name(entry->d_name) && remove_if_abandoned(folder.get(), entry->d_name)) {
      ++removed;
    }
  }
  return removed;
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::exchange(other.lock_, -1)) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

TemporaryFolder::~TemporaryFolder() {
  if (!path_.empty()) {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  if (lock_ >= 0) {
    ::close(lock_);
  }
}

}  // namespace kaudit
