#include "base/files/byte_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files/read_file.hpp"

namespace kaudit {
namespace {

class DescriptorSource final : public ByteSource {
 public:
  enum class Ownership : std::uint8_t { Owned, Borrowed };

  DescriptorSource(int descriptor, Ownership ownership)
      : descriptor_(descriptor), ownership_(ownership) {}
  ~DescriptorSource() override {
    if (ownership_ == Ownership::Owned) ::close(descriptor_);
  }

  Result<std::size_t> read(char* to, std::size_t size) override {
    for (;;) {
      const ssize_t got = ::read(descriptor_, to, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return fail(system_error_text(errno));
    }
  }

 private:
  int descriptor_;
  Ownership ownership_;
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view text) : rest_(text) {}

  Result<std::size_t> read(char* to, std::size_t size) override {
    const std::size_t taken = std::min(size, rest_.size());
    std::memcpy(to, rest_.data(), taken);
    rest_.remove_prefix(taken);
    return taken;
  }

 private:
  std::string_view rest_;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_byte_source(const std::string& path) {
  using Ownership = DescriptorSource::Ownership;
  if (path == "-") return std::make_unique<DescriptorSource>(STDIN_FILENO, Ownership::Borrowed);
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) return fail(path + ": " + system_error_text(errno));
  auto source = std::make_unique<DescriptorSource>(descriptor, Ownership::Owned);
  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    return fail(path + ": is a directory");
  }
  ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  return source;
}

std::unique_ptr<ByteSource> memory_source(std::string_view text) {
  return std::make_unique<MemorySource>(text);
}

}  // namespace kaudit
