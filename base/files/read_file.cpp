#include "base/files/read_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace kaudit {
namespace {

constexpr std::size_t kBlock = std::size_t{64} * 1024;

class OpenFile {
 public:
  // O_NONBLOCK: to open a FIFO would otherwise wait for its writer, perhaps for ever.
  explicit OpenFile(const std::string& path)
      : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const noexcept { return number_; }

 private:
  const int number_;
};

std::string_view name_of_kind(mode_t mode) {
  if (S_ISFIFO(mode)) return "a named pipe";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "of another kind";
}

std::string size_text(std::size_t bytes) {
  constexpr std::size_t kMebibyte = std::size_t{1} << 20U;
  return bytes % kMebibyte == 0 ? std::to_string(bytes / kMebibyte) + " MiB"
                                : std::to_string(bytes) + " bytes";
}

tl::unexpected<Error> too_large(const std::string& path, std::size_t limit) {
  return fail("read " + path + ": the file has more than " + size_text(limit) +
              ", the limit for a file of configuration: check that it is the file you mean");
}

}  // namespace

std::string system_error_text(int number) {
  std::string text = std::generic_category().message(number);
  if (!text.empty() && text.front() >= 'A' && text.front() <= 'Z') {
    text.front() = static_cast<char>(text.front() | 0x20);
  }
  return text;
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  const OpenFile file(path);
  if (file.get() < 0) {
    // A socket cannot be opened at all.
    return fail("open " + path + ": " + system_error_text(errno));
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) {
    return fail("stat " + path + ": " + system_error_text(errno));
  }
  if (S_ISDIR(status.st_mode)) return fail("read " + path + ": " + system_error_text(EISDIR));
  if (!S_ISREG(status.st_mode)) {
    return fail("read " + path + ": it is " + std::string(name_of_kind(status.st_mode)) +
                ", where a regular file is needed: write the contents to a file and name that");
  }
  if (static_cast<std::size_t>(status.st_size) > limit) return too_large(path, limit);
  std::string text;
  // The size is only a hint: the file may grow, and those of /proc say 0. A byte more than that
  // shows that the file ends there.
  std::size_t room = status.st_size > 0 ? static_cast<std::size_t>(status.st_size) + 1 : kBlock;
  for (std::size_t size = 0;;) {
    if (size == text.size()) text.resize(size + std::min(room, limit + 1 - size));
    room = kBlock;
    const ssize_t taken = ::read(file.get(), text.data() + size, text.size() - size);
    if (taken < 0 && errno == EINTR) continue;
    if (taken < 0) return fail("read " + path + ": " + system_error_text(errno));
    size += static_cast<std::size_t>(taken);
    if (size > limit) return too_large(path, limit);
    if (taken == 0) {
      text.resize(size);
      return text;
    }
  }
}

}  // namespace kaudit
