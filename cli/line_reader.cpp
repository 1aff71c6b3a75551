#include "cli/line_reader.hpp"

#include <cerrno>
#include <cstring>
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
    end_ = size == 0;
  }
}

}  // namespace kaudit::cli
