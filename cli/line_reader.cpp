#include "cli/line_reader.hpp"

#include <cerrno>
#include <cstring>

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
    buffer_.erase(0, at_);
    at_ = 0;
    searched = buffer_.size();
    buffer_.resize(searched + kChunk);
    const std::size_t read = std::fread(buffer_.data() + searched, 1, kChunk, file_.get());
    buffer_.resize(searched + read);
    if (read < kChunk) {
      if (std::ferror(file_.get()) != 0) {
        return fail("cannot read " + name_ + ": " + std::strerror(errno));
      }
      end_ = true;
    }
  }
}

}  // namespace kaudit::cli
