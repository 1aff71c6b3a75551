#include "cli/line_reader.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace kaudit::cli {
namespace {

constexpr std::size_t kChunk = 256 * 1024;

}  // namespace

void LineReader::Close::operator()(std::FILE* file) const noexcept {
  if (file != stdin) std::fclose(file);
}

Result<LineReader> LineReader::open(const std::string& path) {
  if (path == "-") return LineReader(File(stdin), "standard input");
  File file(std::fopen(path.c_str(), "rb"));
  if (!file) return fail("cannot open " + path + ": " + std::strerror(errno));
  return LineReader(std::move(file), path);
}

Result<LineReader> LineReader::follow(const std::string& path, const std::atomic<bool>& stop) {
  auto reader = open(path);
  if (reader) reader->stop_ = &stop;
  return reader;
}

bool LineReader::wait_for_more() {
  if (stop_ == nullptr || file_.get() == stdin || *stop_) return false;
  constexpr timespec kPause{0, 50'000'000};
  ::nanosleep(&kPause, nullptr);  // a signal ends it
  follow_rotation();
  return true;
}

void LineReader::follow_rotation() {
  struct stat now {};
  struct stat held {};
  const int descriptor = ::fileno(file_.get());
  if (::stat(name_.c_str(), &now) != 0 || ::fstat(descriptor, &held) != 0) return;
  const off_t at = ::lseek(descriptor, 0, SEEK_CUR);
  if (now.st_dev == held.st_dev && now.st_ino == held.st_ino) {
    if (now.st_size < at) ::lseek(descriptor, 0, SEEK_SET);  // copied and truncated
    return;
  }
  if (held.st_size > at) return;  // the old one first
  File next(std::fopen(name_.c_str(), "rb"));
  if (!next) return;
  file_ = std::move(next);
  // What the old file ended in is a line of its own.
  if (buffer_.size() > at_) buffer_ += '\n';
}

Result<std::optional<std::string_view>> LineReader::next() {
  std::size_t searched = at_;
  for (;;) {
    const std::size_t feed = buffer_.find('\n', searched);
    if (feed != std::string::npos) {
      const std::string_view line(buffer_.data() + at_, feed - at_);
      at_ = feed + 1;
      return line;
    }
    if (end_) {
      if (at_ == buffer_.size()) return std::nullopt;
      const std::string_view line(buffer_.data() + at_, buffer_.size() - at_);
      at_ = buffer_.size();
      return line;
    }
    if (buffer_.size() - at_ > kLongest) {
      return fail(name_ + ": a line is longer than " + std::to_string(kLongest >> 20U) + " MiB");
    }
    buffer_.erase(0, at_);
    at_ = 0;
    searched = buffer_.size();
    buffer_.resize(searched + kChunk);
    ssize_t size = 0;
    do {
      size = ::read(::fileno(file_.get()), buffer_.data() + searched, kChunk);
    } while (size < 0 && errno == EINTR);
    if (size < 0) return fail("cannot read " + name_ + ": " + std::strerror(errno));
    buffer_.resize(searched + static_cast<std::size_t>(size));
    end_ = size == 0 && !wait_for_more();
  }
}

}  // namespace kaudit::cli
