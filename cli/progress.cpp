#include "cli/progress.hpp"

#include <cstdio>
#include <unistd.h>

#include "cli/policy/figures.hpp"

namespace kaudit::cli {
namespace {

constexpr std::uint64_t kCallsBetweenLooks = 1'024;
constexpr std::chrono::seconds kFirst{2};
constexpr std::chrono::milliseconds kBetween{500};

}  // namespace

Progress::Progress()
    : terminal_(::isatty(STDERR_FILENO) == 1 && ::isatty(STDOUT_FILENO) != 1),
      next_(std::chrono::steady_clock::now() + kFirst) {}

void Progress::show(std::uint64_t events, std::uint64_t bytes) {
  if (!terminal_ || ++calls_ % kCallsBetweenLooks != 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + kBetween;
  shown_ = true;
  std::fprintf(stderr, "\r%s, %s\x1b[K", counted(events, "event").c_str(),
               byte_text(bytes).c_str());
}

void Progress::clear() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

}  // namespace kaudit::cli
