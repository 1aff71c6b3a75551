#include "apiserver/lifecycle/stop_guard.hpp"

#include <algorithm>
#include <ctime>
#include <unistd.h>
#include <utility>

#include "base/logging.hpp"

namespace kaudit::apiserver {
namespace {

/// How often the guard looks whether a deadline has passed.
constexpr timespec kStopRound{.tv_sec = 0, .tv_nsec = 50'000'000};
/// A limit beyond which times would not fit.
constexpr std::chrono::nanoseconds kLongestLimit = std::chrono::hours(24 * 365);

}  // namespace

StopGuard::StopGuard(const sigset_t& signals, Actions actions, int exit_code)
    : signals_(signals),
      actions_(std::move(actions)),
      exit_code_(exit_code),
      thread_([this] { watch(); }) {}

StopGuard::~StopGuard() {
  {
    const Lock lock(mutex_);
    done_ = true;
  }
  thread_.join();
}

void StopGuard::draining(std::chrono::nanoseconds limit) {
  const Lock lock(mutex_);
  deadline_ = Clock::now() + std::min(limit, kLongestLimit);
}

void StopGuard::watch() {
  bool gave_up = false;
  while (look(gave_up)) {
    const int signal = sigtimedwait(&signals_, nullptr, &kStopRound);
    if (signal > 0 && signal != SIGHUP) end_process("another signal came");
  }
}

bool StopGuard::look(bool& gave_up) {
  std::optional<Clock::time_point> deadline;
  {
    const Lock lock(mutex_);
    if (done_) return false;
    deadline = deadline_;
  }
  if (!deadline || Clock::now() < *deadline) return true;
  if (gave_up && Clock::now() >= *deadline + kGiveUpGrace) {
    end_process("the audit backends did not end in time");
  }
  if (!gave_up) {
    log_warning("The audit backends have not delivered everything in time: giving up");
    actions_.give_up();
    gave_up = true;
  }
  return true;
}

void StopGuard::end_process(std::string_view why) const {
  actions_.last_words(why);
  flush_log();
  // Nothing is unwound: threads are in the middle of what they do.
  _exit(exit_code_);
}

}  // namespace kaudit::apiserver
