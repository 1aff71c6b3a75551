#include "backends/write_signals.hpp"

#include <csignal>

namespace kaudit::backends {

void ignore_write_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace kaudit::backends
