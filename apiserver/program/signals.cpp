#include "apiserver/program/signals.hpp"

#include <initializer_list>

namespace kaudit::apiserver::program {
namespace {

sigset_t set_of(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

}  // namespace

const sigset_t& ending_signals() {
  static const sigset_t kSignals = set_of({SIGTERM, SIGINT});
  return kSignals;
}

const sigset_t& all_signals() {
  static const sigset_t kSignals = set_of({SIGTERM, SIGINT, SIGHUP});
  return kSignals;
}

void take_signals() { pthread_sigmask(SIG_BLOCK, &all_signals(), nullptr); }

}  // namespace kaudit::apiserver::program
