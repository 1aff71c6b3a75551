#pragma once

#include <csignal>

namespace kaudit::apiserver::program {

/// SIGTERM and SIGINT.
const sigset_t& ending_signals();
/// Those, and SIGHUP: open the log anew.
const sigset_t& all_signals();

/// Blocks all_signals() for the calling thread and every one that it starts later; the server waits
/// for them itself. Call first in main().
void take_signals();

/// Waits until an ending signal comes; on every SIGHUP before it, `reopen` is called.
template <typename Reopen>
void wait_for_end(const Reopen& reopen) {
  for (;;) {
    int signal = 0;
    sigwait(&all_signals(), &signal);
    if (signal != SIGHUP) return;
    reopen();
  }
}

}  // namespace kaudit::apiserver::program
