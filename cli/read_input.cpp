#include "cli/read_input.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace kaudit::cli {

Result<std::string> read_input(const std::string& path, std::size_t most) {
  const auto refuse = [&path] {
    return fail(path + ": " + std::generic_category().message(errno));
  };
  const bool is_stdin = path == "-";
  std::FILE* const in = is_stdin ? stdin : std::fopen(path.c_str(), "rb");
  if (in == nullptr) return refuse();
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> owner(is_stdin ? nullptr : in,
                                                              &std::fclose);
  std::string text;
  std::array<char, 65536> block;
  while (text.size() < most) {
    const std::size_t size = std::fread(block.data(), 1, block.size(), in);
    if (size == 0) break;
    text.append(block.data(), std::min(size, most - text.size()));
  }
  if (std::ferror(in) != 0) return refuse();
  return text;
}

}  // namespace kaudit::cli
