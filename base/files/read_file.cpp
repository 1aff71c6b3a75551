#include "base/files/read_file.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <system_error>

namespace kaudit {

std::string system_error_text(int number) {
  std::string text = std::generic_category().message(number);
  if (!text.empty() && text.front() >= 'A' && text.front() <= 'Z') {
    text.front() = static_cast<char>(text.front() | 0x20);
  }
  return text;
}

Result<std::string> read_file(const std::string& path) {
  // stdio and not a stream: a stream does not say why a directory cannot be read.
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (file == nullptr) return fail("open " + path + ": " + system_error_text(errno));
  std::string text;
  std::array<char, 16384> block;
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), file.get())) {
    text.append(block.data(), size);
  }
  if (std::ferror(file.get()) != 0) return fail("read " + path + ": " + system_error_text(errno));
  return text;
}

}  // namespace kaudit
