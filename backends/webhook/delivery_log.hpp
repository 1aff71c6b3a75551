#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "backends/rarely.hpp"
#include "backends/webhook/webhook_options.hpp"
#include "base/client/failure.hpp"
#include "base/mutex.hpp"

namespace kaudit::backends::webhook {

/// A POST that failed.
struct FailedTry {
  int attempt = 1;                               ///< from 1 on
  std::optional<std::chrono::nanoseconds> wait;  ///< before the next try; none: it is given up
};

/// Says in the server's log what the webhook does: where events go, the first try that fails, a
/// burst of failures once, and when lists arrive again. Any thread.
class DeliveryLog {
 public:
  /// `url` is what is posted to; `clock` gives the time.
  DeliveryLog(std::string url, SteadyClock clock);

  void started(const WebhookOptions& options) const;
  void failed(const client::Failure& failure, const FailedTry& failed_try);
  /// Lists of so many events are lost; kube-apiserver's own line does not say where or why.
  void lost(std::size_t events, const client::Failure& failure);
  /// Costs one atomic read while nothing has failed.
  void delivered();

 private:
  std::string described(const client::Failure& failure) const;

  const std::string url_;
  const SteadyClock clock_;
  std::atomic<bool> failing_{false};
  Mutex mutex_;
  Rarely failures_ KAUDIT_GUARDED_BY(mutex_);
  Rarely losses_ KAUDIT_GUARDED_BY(mutex_);
  SteadyTime failing_since_ KAUDIT_GUARDED_BY(mutex_){};
};

}  // namespace kaudit::backends::webhook
