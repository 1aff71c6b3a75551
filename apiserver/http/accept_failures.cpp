#include "apiserver/http/accept_failures.hpp"

#include "base/logging.hpp"

namespace kaudit::apiserver::http {

void AcceptFailures::failed(std::string_view why, Clock::time_point now) {
  count_.fetch_add(1, std::memory_order_relaxed);
  const Lock lock(mutex_);
  const bool new_burst = now >= quiet_from_;
  quiet_from_ = now + kQuiet;
  if (!new_burst) return;
  log_warning(
      "Connections cannot be accepted: {}. Clients wait until others have left; a higher limit for "
      "open files (ulimit -n) lets more in",
      why);
}

}  // namespace kaudit::apiserver::http
