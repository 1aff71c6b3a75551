#include "cli/standard_output.hpp"

#include <cerrno>
#include <cstring>
#include <string_view>
#include <unistd.h>

namespace kaudit::cli {

Result<void> Output::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      buffer_.clear();
      return fail(std::string("cannot write to standard output: ") + std::strerror(errno));
    }
  }
  buffer_.clear();
  return {};
}

}  // namespace kaudit::cli
