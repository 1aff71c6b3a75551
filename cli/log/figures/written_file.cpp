#include "cli/log/figures/written_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "cli/standard_output.hpp"

namespace kaudit::cli {

Result<void> write_text_file(const std::string& path, std::string_view text) {
  if (path == "-") {
    print_as_is(text);
    return {};
  }
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) return fail("cannot write " + path + ": " + std::strerror(errno));
  return {};
}

}  // namespace kaudit::cli
