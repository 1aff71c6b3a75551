#include "apiserver/lifecycle/start_guard.hpp"

#include <ctime>
#include <unistd.h>
#include <utility>

#include "base/logging.hpp"

namespace kaudit::apiserver {
namespace {

using Clock = std::chrono::steady_clock;

/// How often the guard looks whether the start is over, or has taken too long.
constexpr timespec kStartRound{.tv_sec = 0, .tv_nsec = 20'000'000};

}  // namespace

StartGuard::StartGuard(const sigset_t& signals,
                       std::function<void(std::string_view why)> last_words, int exit_code,
                       std::chrono::milliseconds grace)
    : signals_(signals),
      last_words_(std::move(last_words)),
      exit_code_(exit_code),
      grace_(grace),
      thread_([this](const std::stop_token& stop) { watch(stop); }) {}

StartGuard::~StartGuard() { end(); }

bool StartGuard::end() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  return asked_;
}

void StartGuard::watch(const std::stop_token& stop) {
  Clock::time_point deadline = Clock::time_point::max();
  while (!stop.stop_requested()) {
    if (Clock::now() >= deadline) end_process();
    if (sigtimedwait(&signals_, nullptr, &kStartRound) > 0 && !asked_.exchange(true)) {
      deadline = Clock::now() + grace_;
    }
  }
}

void StartGuard::end_process() const {
  last_words_("A signal came while the server was starting, and the start does not end");
  flush_log();
  // Nothing is unwound: the start waits for something that nobody can cut short.
  _exit(exit_code_);
}

}  // namespace kaudit::apiserver
