#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/metric_family.h>

#include "audit/counters.hpp"
#include "audit/delivery_observer.hpp"
#include "audit/report.hpp"
#include "audit/sink.hpp"
#include "backends/audit_options.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::program {

/// The backends that the flags ask for, and what became of the events. With no backend it does
/// nothing and has nothing to say. sink(), metrics(), lost(), reopen(), give_up() and
/// say_accounts() from any thread once built.
class AuditTrail {
 public:
  /// `counters` must outlive the trail.
  explicit AuditTrail(audit::Counters& counters) : counters_(counters) {}

  /// Opens the log and makes the backends. Error: the flag or file, as kube-apiserver words it.
  /// `observer` sees every step of every event; null: nobody does. It must outlive the trail.
  Result<void> build(const backends::AuditOptions& options, audit::DeliveryObserver* observer);
  Result<void> start();

  /// Null: nothing is recorded.
  audit::Sink* sink() const noexcept { return pipeline_.get(); }

  /// As after a log was rotated from outside; says in the log how that went.
  void reopen();
  /// What still waits is not waited for any longer.
  void give_up();
  /// Delivers what is held, then stops.
  void shutdown();

  std::string describe() const;  ///< "" when there is no backend
  std::vector<audit::Report> reports() const;
  std::vector<prometheus::MetricFamily> metrics() const;
  std::uint64_t lost() const;  ///< events
  /// A line a backend in the log.
  void say_accounts(std::string_view why) const;

 private:
  audit::Counters& counters_;
  std::unique_ptr<audit::Backend> pipeline_;
};

}  // namespace kaudit::apiserver::program
