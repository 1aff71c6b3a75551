#include "backends/webhook/delivery_log.hpp"

#include <utility>

#include "backends/webhook/retry_policy.hpp"
#include "base/logging.hpp"
#include "base/text/duration.hpp"

namespace kaudit::backends::webhook {
namespace {

/// For people: nobody wants to read nanoseconds.
std::string rounded(std::chrono::nanoseconds duration) {
  return duration_text(std::chrono::round<std::chrono::milliseconds>(duration));
}

}  // namespace

DeliveryLog::DeliveryLog(std::string url, SteadyClock clock)
    : url_(std::move(url)), clock_(std::move(clock)) {}

void DeliveryLog::started(const WebhookOptions& options) const {
  if (options.mode == "batch") {
    log_info("The audit webhook posts to {} in lists of up to {} events, each within {}", url_,
             options.batch.max_size, duration_text(options.batch.max_wait));
  } else {
    log_info("The audit webhook posts to {} while requests wait, a list for each event", url_);
  }
}

std::string DeliveryLog::described(const client::Failure& failure) const {
  if (failure.status == 0) return failure.text;  // which has the URL
  return "Post \"" + url_ + "\" was answered " + std::to_string(failure.status) + ": " +
         failure.text;
}

void DeliveryLog::failed(const client::Failure& failure, const FailedTry& failed_try) {
  const Lock lock(mutex_);
  const SteadyTime now = clock_();
  if (!failing_.exchange(true, std::memory_order_relaxed)) {
    failing_since_ = now;
    failures_ = {};
  }
  if (!failures_.due(now)) return;
  log_warning("The audit webhook's attempt {} of {} failed, {}: {}", failed_try.attempt,
              RetryPolicy::kAttempts,
              failed_try.wait ? "the next is in " + rounded(*failed_try.wait)
                              : std::string("there is no other"),
              described(failure));
}

void DeliveryLog::lost(std::size_t events, const client::Failure& failure) {
  const Lock lock(mutex_);
  if (!losses_.due(clock_())) return;
  log_warning("The audit webhook has given up a list of {} events: {}", events, described(failure));
}

void DeliveryLog::delivered() {
  if (!failing_.load(std::memory_order_relaxed)) return;
  const Lock lock(mutex_);
  if (!failing_.exchange(false, std::memory_order_relaxed)) return;
  log_info("The audit webhook delivers to {} again, {} after the first failure", url_,
           rounded(clock_() - failing_since_));
}

}  // namespace kaudit::backends::webhook
