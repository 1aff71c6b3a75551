#include "backends/log/log_file.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "backends/descriptor.hpp"
#include "backends/log/file_paths.hpp"

namespace kaudit::backends {
namespace {

constexpr mode_t kFolderMode = 0700;
constexpr mode_t kFileMode = 0600;
/// Between a removal by hand and what follows on it there is more time than that, and a busy log is
/// spared a call of the kernel for each write.
constexpr std::chrono::milliseconds kGlanceInterval{1};
constexpr std::chrono::seconds kLookInterval{1};

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// Makes a folder and those above it; the error names the one that could not be made. (os.MkdirAll)
Result<void> make_folders(const std::string& folder) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return {};
    return tl::unexpected(path_error("mkdir", folder, ENOTDIR));
  }
  const std::size_t slash = folder.rfind('/');
  if (slash != std::string::npos && slash > 0) {
    if (auto parent = make_folders(folder.substr(0, slash)); !parent) return parent;
  }
  if (::mkdir(folder.c_str(), kFolderMode) == 0) return {};
  const int number = errno;
  if (is_folder(folder)) return {};  // another process was faster
  return tl::unexpected(path_error("mkdir", folder, number));
}

/// Whether a killed process left half a line at the end of the file.
bool ends_in_half_line(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  struct stat status {};
  char last = '\n';
  if (::fstat(descriptor, &status) == 0 && status.st_size > 0) {
    if (::pread(descriptor, &last, 1, status.st_size - 1) != 1) last = '\n';
  }
  ::close(descriptor);
  return last != '\n';
}

/// Renames, unless that would take another file's place (EEXIST); 0 or the errno.
int rename_aside(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // A file system that cannot promise it.
  if (::access(to.c_str(), F_OK) == 0) return EEXIST;
  return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

bool are_one_file(int one, int other) {
  struct stat a {};
  struct stat b {};
  return ::fstat(one, &a) == 0 && ::fstat(other, &b) == 0 && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino;
}

}  // namespace

LogFile::LogFile(std::string path, LogSync sync)
    : path_(std::move(path)), tracks_unsynced_(sync != LogSync::Never) {}

Error LogFile::system_error(std::string_view call, int number) const {
  return path_error(call, is_stdout() ? "/dev/stdout" : path_, number);
}

Result<void> LogFile::open() {
  if (is_stdout()) {
    Descriptor own(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
    if (!own) return tl::unexpected(system_error("open", errno));
    adopt(std::move(own));
    return {};
  }
  if (auto made = make_folders(folder_of(path_)); !made) return made;
  auto descriptor = open_path();
  if (!descriptor) return tl::unexpected(descriptor.error());
  adopt(*std::move(descriptor));
  half_line_ = regular_ && ends_in_half_line(path_);
  return {};
}

Result<Descriptor> LogFile::open_path() const {
  // O_NONBLOCK: to open a FIFO, and to write to it, would otherwise wait for its reader, perhaps
  // for ever. (Files on a disk do not know it.)
  Descriptor opened(::open(
      path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, kFileMode));
  if (!opened) return tl::unexpected(system_error("open", errno));
  return opened;
}

void LogFile::adopt(Descriptor opened) {
  if (unsynced_) behind_.push_back(file_);
  unsynced_ = false;
  new_name_ = true;
  half_line_ = false;
  struct stat status {};
  const bool known = ::fstat(opened.get(), &status) == 0;
  regular_ = known && S_ISREG(status.st_mode);
  size_ = status.st_size;
  const bool may_wait = known && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) ||
                                  ::isatty(opened.get()) == 1);
  may_wait_.store(may_wait, std::memory_order_relaxed);
  const bool refuses = (::fcntl(opened.get(), F_GETFL) & O_NONBLOCK) != 0;
  when_full_ = !may_wait ? WhenFull::Never : refuses ? WhenFull::Refuses : WhenFull::Blocks;
  file_ = std::make_shared<const Descriptor>(std::move(opened));
}

void LogFile::close() { file_.reset(); }

Unsynced LogFile::take_unsynced() {
  Unsynced taken{std::move(behind_), "", path_};
  behind_.clear();
  if (unsynced_) {
    taken.files.push_back(file_);
    if (new_name_ && !is_stdout()) taken.folder = folder_of(real_path(path_));
    new_name_ = false;
  }
  unsynced_ = false;
  return taken;
}

bool LogFile::removed() const {
  struct stat status {};
  return ::fstat(descriptor(), &status) != 0 || status.st_nlink == 0;
}

Result<void> LogFile::follow_path(SteadyTime now, Look look) {
  if (is_stdout() || !regular_) return {};
  if (look == Look::WhenDue && now < next_glance_) return {};
  struct stat opened {};
  const bool gone = ::fstat(descriptor(), &opened) != 0 || opened.st_nlink == 0;
  if (gone) {
    next_glance_ = {};  // until there is one again
  } else {
    next_glance_ = now + kGlanceInterval;
    size_ = opened.st_size;
    if (look == Look::WhenDue && now < next_look_) return {};
    struct stat named {};
    next_look_ = now + kLookInterval;
    if (::stat(path_.c_str(), &named) == 0 && named.st_dev == opened.st_dev &&
        named.st_ino == opened.st_ino) {
      return {};
    }
  }
  return open();
}

Result<void> LogFile::rotate(const std::string& to) {
  const std::string from = real_path(path_);
  if (const int number = rename_aside(from, to); number != 0) {
    return tl::unexpected(path_error("rename", number == EEXIST ? to : from, number));
  }
  auto opened = open_path();
  if (opened && are_one_file(opened->get(), descriptor())) {
    // The path is not a name but a way to the open file, as /dev/stdout is.
    opened = tl::unexpected(path_error("rename", path_, EXDEV));
  }
  if (!opened) {
    rename_aside(to, from);
    return tl::unexpected(opened.error());
  }
  keep_access(opened->get(), descriptor());
  adopt(*std::move(opened));
  return {};
}

int LogFile::write(std::string_view text, std::size_t& written) const {
  return patient_write(descriptor(), text, when_full_, signal_, written);
}

LogFile::Appended LogFile::append(std::string_view lines) {
  std::size_t written = 0;
  if (half_line_) {
    if (const int number = write("\n", written); number != 0) {
      return {0, system_error("write", number), number};
    }
    half_line_ = false;
    size_ += 1;
    written = 0;
  }
  const int number = write(lines, written);
  size_ += static_cast<std::int64_t>(written);
  unsynced_ = unsynced_ || (tracks_unsynced_ && regular_ && written > 0);
  if (number == 0) return {lines.size(), std::nullopt, 0};

  const std::string_view taken = lines.substr(0, written);
  const std::size_t whole = taken.rfind('\n') + 1;  // npos + 1 is 0
  if (written > whole) cut_back(written - whole);
  return {whole, system_error("write", number), number};
}

void LogFile::cut_back(std::size_t bytes) {
  half_line_ = true;
  if (!regular_) return;
  // Only while the half line is the end of the file: after it may be what another process appended.
  const off_t end = ::lseek(descriptor(), 0, SEEK_CUR);
  struct stat status {};
  if (end < 0 || ::fstat(descriptor(), &status) != 0 || status.st_size != end) return;
  const off_t start = end - static_cast<off_t>(bytes);
  if (::ftruncate(descriptor(), start) != 0) return;
  ::lseek(descriptor(), start, SEEK_SET);  // standard output may not be opened for appending
  size_ = start;
  half_line_ = false;
}

}  // namespace kaudit::backends
