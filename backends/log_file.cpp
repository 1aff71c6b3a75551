#include "backends/log_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace kaudit::backends {
namespace {

constexpr mode_t kFolderMode = 0700;
constexpr mode_t kFileMode = 0600;
constexpr std::chrono::seconds kLookInterval{1};

/// `write /dev/full: no space left on device`, as Go prints a fs.PathError.
Error path_error(std::string_view call, std::string_view path, int number) {
  std::string reason = std::generic_category().message(number);
  if (reason.size() > 1 && reason[0] >= 'A' && reason[0] <= 'Z' &&
      !(reason[1] >= 'A' && reason[1] <= 'Z')) {
    reason[0] = static_cast<char>(reason[0] - 'A' + 'a');
  }
  return {std::string(call) + " " + std::string(path) + ": " + reason};
}

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
  if (is_folder(folder)) return {};  // somebody else was faster
  return tl::unexpected(path_error("mkdir", folder, number));
}

std::string folder_of(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path().lexically_normal().string();
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  return folder.empty() ? "." : folder;
}

/// Writes all of `text`, however many calls it takes; 0 or the errno that ended it, with `written`
/// saying how far it came.
int write_all(int descriptor, std::string_view text, std::size_t& written) {
  while (written < text.size()) {
    const ssize_t taken = ::write(descriptor, text.data() + written, text.size() - written);
    if (taken > 0) {
      written += static_cast<std::size_t>(taken);
    } else if (taken == 0) {
      return EIO;
    } else if (errno == EAGAIN) {  // a standard output that was inherited may be non-blocking
      pollfd writable{descriptor, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
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

}  // namespace

LogFile::LogFile(std::string path) : path_(std::move(path)) {}

Error LogFile::system_error(std::string_view call, int number) const {
  return path_error(call, is_stdout() ? "/dev/stdout" : path_, number);
}

Result<void> LogFile::open() {
  if (is_stdout()) {
    adopt(STDOUT_FILENO);
    return {};
  }
  if (auto made = make_folders(folder_of(path_)); !made) return made;
  // O_NONBLOCK: to open a FIFO would otherwise wait for its reader, perhaps for ever.
  const int descriptor = ::open(
      path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, kFileMode);
  if (descriptor < 0) return tl::unexpected(system_error("open", errno));
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
  adopt(descriptor);
  half_line_ = regular_ && ends_in_half_line(path_);
  return {};
}

void LogFile::adopt(int descriptor) {
  close();
  descriptor_ = descriptor;
  half_line_ = false;
  struct stat status {};
  const bool known = ::fstat(descriptor, &status) == 0;
  regular_ = known && S_ISREG(status.st_mode);
  may_wait_.store(
      known && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || ::isatty(descriptor) == 1),
      std::memory_order_relaxed);
}

void LogFile::close() {
  if (descriptor_ >= 0 && !is_stdout()) ::close(descriptor_);
  descriptor_ = -1;
}

bool LogFile::removed() const {
  struct stat status {};
  return ::fstat(descriptor_, &status) != 0 || status.st_nlink == 0;
}

Result<void> LogFile::follow_path(SteadyTime now) {
  if (is_stdout() || !regular_) return {};
  struct stat opened {};
  const bool gone = ::fstat(descriptor_, &opened) != 0 || opened.st_nlink == 0;
  if (!gone) {
    if (now < next_look_) return {};
    struct stat named {};
    next_look_ = now + kLookInterval;
    if (::stat(path_.c_str(), &named) == 0 && named.st_dev == opened.st_dev &&
        named.st_ino == opened.st_ino) {
      return {};
    }
  }
  return open();
}

LogFile::Appended LogFile::append(std::string_view lines) {
  std::size_t written = 0;
  if (half_line_) {
    if (const int number = write_all(descriptor_, "\n", written); number != 0) {
      return {0, system_error("write", number)};
    }
    half_line_ = false;
    written = 0;
  }
  const int number = write_all(descriptor_, lines, written);
  if (number == 0) return {lines.size(), std::nullopt};

  const std::string_view taken = lines.substr(0, written);
  const std::size_t whole = taken.rfind('\n') + 1;  // npos + 1 is 0
  if (written > whole) cut_back(written - whole);
  return {whole, system_error("write", number)};
}

void LogFile::cut_back(std::size_t bytes) {
  half_line_ = true;
  if (!regular_) return;
  // Only while the half line is the end of the file: after it may stand what another process
  // appended.
  const off_t end = ::lseek(descriptor_, 0, SEEK_CUR);
  struct stat status {};
  if (end < 0 || ::fstat(descriptor_, &status) != 0 || status.st_size != end) return;
  const off_t start = end - static_cast<off_t>(bytes);
  if (::ftruncate(descriptor_, start) != 0) return;
  ::lseek(descriptor_, start, SEEK_SET);  // standard output may not be opened for appending
  half_line_ = false;
}

}  // namespace kaudit::backends
