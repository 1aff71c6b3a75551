#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "audit/counters.hpp"
#include "audit/event.hpp"
#include "base/mutex.hpp"

namespace kaudit::backends {

using SteadyTime = std::chrono::steady_clock::time_point;
/// Where a backend takes the time from; tests give their own.
using SteadyClock = std::function<SteadyTime()>;

/// Counts `events` as lost by the plugin and says so in kube-apiserver's form, with each event's
/// legacy line, to spdlog's default logger (a server makes that stderr). Any thread.
/// (k8s.io/apiserver/pkg/audit HandlePluginError)
void report_plugin_error(audit::Counters& counters, std::string_view plugin,
                         std::span<const audit::EventPtr> events, std::string_view text);

/// Reports the losses of one plugin without flooding the server's own log: every event is counted,
/// but a burst is logged once, and when it is over, how many more were lost. Any thread.
class PluginErrors {
 public:
  /// The least time between two messages.
  static constexpr std::chrono::seconds kInterval{10};

  PluginErrors(std::string plugin, audit::Counters& counters, SteadyClock clock);

  void failed(std::span<const audit::EventPtr> events, std::string_view text);
  /// The same of events that are known as lines of JSON; they are decoded only to be logged.
  void failed_lines(std::string_view lines, std::string_view text);
  /// The plugin works (again). Costs one atomic read unless losses are still to be logged.
  void succeeded();
  /// Logs what is still to be logged; for shutdown.
  void flush();
  /// Events lost so far.
  std::uint64_t events() const noexcept { return events_.load(std::memory_order_relaxed); }

 private:
  void count(std::size_t events);
  bool begins_burst(std::size_t events, std::string_view text) KAUDIT_REQUIRES(mutex_);
  void tell_untold() KAUDIT_REQUIRES(mutex_);

  const std::string plugin_;
  audit::Counters& counters_;
  const SteadyClock clock_;
  std::atomic<std::uint64_t> events_{0};
  std::atomic<bool> anything_untold_{false};
  Mutex mutex_;
  SteadyTime quiet_until_ KAUDIT_GUARDED_BY(mutex_){};
  std::uint64_t untold_ KAUDIT_GUARDED_BY(mutex_) = 0;  ///< events
  std::string last_text_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::backends
