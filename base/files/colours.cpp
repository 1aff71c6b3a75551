#include "base/files/colours.hpp"

#include <cstdlib>
#include <string_view>
#include <unistd.h>

namespace kaudit {

bool takes_colours(std::FILE* to) noexcept {
  const char* const no_colour = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  return ::isatty(::fileno(to)) == 1 && (no_colour == nullptr || *no_colour == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

}  // namespace kaudit
