#include "cli/log/input/progress.hpp"

#include <cstdio>
#include <string>
#include <unistd.h>

namespace kaudit::cli {
namespace {

constexpr std::uint64_t kCallsBetweenLooks = 1'024;
constexpr std::chrono::seconds kFirst{2};
constexpr std::chrono::milliseconds kBetween{500};

}  // namespace

Progress::Progress()
    : terminal_(::isatty(STDERR_FILENO) == 1 && ::isatty(STDOUT_FILENO) != 1),
      next_(std::chrono::steady_clock::now() + kFirst) {}

void Progress::show(const audit::reader::LogReader& reader, std::uint64_t events) {
  if (!terminal_ || ++calls_ % kCallsBetweenLooks != 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + kBetween;
  shown_ = true;
  const std::string text = "\r" + std::to_string(events) + " events, " +
                           std::to_string(reader.bytes_read() / 1'000'000) + " MB\x1b[K";
  std::fputs(text.c_str(), stderr);
}

void Progress::finish() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

}  // namespace kaudit::cli
