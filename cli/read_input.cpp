#include "cli/read_input.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

#include <CLI/CLI.hpp>

#include "cli/policy/figures.hpp"

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

void add_size_option(CLI::App& command, std::uint64_t& most) {
  command
      .add_option("--max-size", most,
                  "How large a file may be, 64MB for instance; it is read as a whole, and reading "
                  "takes many times its size of memory (default 16MB)")
      ->transform(CLI::AsSizeValue(true))
      ->type_name("SIZE");
}

Result<std::string> read_at_most(const std::string& path, std::uint64_t most,
                                 std::string_view remedy) {
  const auto refuse = [&](const std::string& size) {
    return fail(path + ": " + size + ", and at most " + byte_text(most) +
                " are read: " + std::string(remedy));
  };
  std::error_code unknown;
  const bool regular = path != "-" && std::filesystem::is_regular_file(path, unknown);
  const std::uintmax_t size = regular ? std::filesystem::file_size(path, unknown) : 0;
  if (!unknown && size > most) return refuse("has " + byte_text(size));
  auto text = read_input(path, most + 1);
  if (text && text->size() > most) return refuse("has more than " + byte_text(most));
  return text;
}

Result<std::string> read_at_most(const std::string& path, std::uint64_t most) {
  constexpr std::uint64_t kMegabyte = 1'000'000;
  std::error_code unknown;
  std::uintmax_t size = path == "-" ? 0 : std::filesystem::file_size(path, unknown);
  if (unknown || size <= most) size = 2 * most;
  return read_at_most(
      path, most,
      "give --max-size " + std::to_string(size / kMegabyte + 1) + "MB to read it all the same");
}

}  // namespace kaudit::cli
