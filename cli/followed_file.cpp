#include "cli/followed_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "backends/descriptor.hpp"

namespace kaudit::cli {
namespace {

using backends::Descriptor;

std::atomic<bool> following_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

extern "C" void stop_following(int /*signal*/) { following_interrupted = true; }

Descriptor open_readable(const std::string& path) {
  return Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

/// Where the last so many lines begin.
off_t begin_of_last_lines(int file, off_t size, std::uint64_t lines) {
  std::array<char, 65'536> block{};
  std::uint64_t feeds = 0;
  for (off_t end = size; end > 0;) {
    const auto length =
        static_cast<std::size_t>(std::min<off_t>(end, static_cast<off_t>(block.size())));
    end -= static_cast<off_t>(length);
    const ssize_t got = ::pread(file, block.data(), length, end);
    for (ssize_t i = got; i-- > 0;) {
      const bool ends_file = end + i + 1 == size;
      if (block[static_cast<std::size_t>(i)] != '\n' || ends_file) continue;
      if (++feeds == lines) return end + i + 1;
    }
  }
  return 0;
}

class FollowedFile final : public ByteSource {
 public:
  FollowedFile(std::string path, Descriptor file, const std::atomic<bool>& stop)
      : path_(std::move(path)), file_(std::move(file)), stop_(stop) {}

  Result<std::size_t> read(char* to, std::size_t size) override {
    for (;;) {
      const ssize_t got = ::read(file_.get(), to, size);
      if (got > 0) {
        ended_with_feed_ = to[got - 1] == '\n';
        return static_cast<std::size_t>(got);
      }
      if (got < 0 && errno != EINTR) return fail(std::strerror(errno));
      if (stop_ || path_ == "-") return std::size_t{0};
      if (!pause_and_look()) continue;
      if (!ended_with_feed_) {
        ended_with_feed_ = true;
        *to = '\n';
        return std::size_t{1};
      }
    }
  }

 private:
  /// Waits a moment. True: another file has taken the name, and is open now.
  bool pause_and_look() {
    constexpr timespec kPause{0, 50'000'000};
    ::nanosleep(&kPause, nullptr);  // a signal ends it
    struct stat now {};
    struct stat held {};
    if (::stat(path_.c_str(), &now) != 0 || ::fstat(file_.get(), &held) != 0) return false;
    const off_t at = ::lseek(file_.get(), 0, SEEK_CUR);
    if (now.st_dev == held.st_dev && now.st_ino == held.st_ino) {
      if (now.st_size >= at) return false;
      ::lseek(file_.get(), 0, SEEK_SET);  // copied and truncated
      return true;
    }
    if (held.st_size > at) return false;  // the old one first
    Descriptor next = open_readable(path_);
    if (!next) return false;
    file_ = std::move(next);
    return true;
  }

  std::string path_;
  Descriptor file_;
  const std::atomic<bool>& stop_;
  bool ended_with_feed_ = true;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> follow_file(const std::string& path,
                                                const std::atomic<bool>& stop,
                                                std::uint64_t last_lines) {
  Descriptor file = path == "-" ? Descriptor(::dup(STDIN_FILENO)) : open_readable(path);
  if (!file) return fail("cannot open " + path + ": " + std::strerror(errno));
  struct stat held {};
  if (last_lines != UINT64_MAX && ::fstat(file.get(), &held) == 0 && S_ISREG(held.st_mode)) {
    const off_t begin =
        last_lines == 0 ? held.st_size : begin_of_last_lines(file.get(), held.st_size, last_lines);
    ::lseek(file.get(), begin, SEEK_SET);
  }
  return std::make_unique<FollowedFile>(path, std::move(file), stop);
}

Result<std::unique_ptr<ByteSource>> follow_until_interrupted(const std::string& path,
                                                             std::uint64_t last_lines) {
  struct sigaction action {};
  action.sa_handler = stop_following;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return follow_file(path, following_interrupted, last_lines);
}

}  // namespace kaudit::cli
