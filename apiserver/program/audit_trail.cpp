#include "apiserver/program/audit_trail.hpp"

#include <utility>

#include "backends/account.hpp"
#include "backends/metrics.hpp"
#include "backends/pipeline.hpp"
#include "base/logging.hpp"

namespace kaudit::apiserver::program {

Result<void> AuditTrail::build(const backends::AuditOptions& options,
                               audit::DeliveryObserver* observer) {
  auto pipeline = backends::build_pipeline(options, counters_, observer);
  if (!pipeline) return tl::unexpected(pipeline.error());
  pipeline_ = *std::move(pipeline);
  if (pipeline_) {
    log_info("Using audit backend: {}", pipeline_->describe());
  } else if (!options.policy_file.empty()) {
    log_info(
        "An audit policy is given, but no backend: nothing is recorded. Give --audit-log-path, "
        "say");
  }
  return {};
}

Result<void> AuditTrail::start() {
  if (!pipeline_) return {};
  return pipeline_->start();
}

void AuditTrail::reopen() {
  if (!pipeline_) return;
  if (const auto reopened = pipeline_->reopen(); !reopened) {
    log_error("{}", reopened.error().message);
  } else {
    log_info("SIGHUP: {} has been opened anew", pipeline_->describe());
  }
}

void AuditTrail::give_up() {
  if (pipeline_) pipeline_->give_up();
}

void AuditTrail::shutdown() {
  if (pipeline_) pipeline_->shutdown();
}

std::string AuditTrail::describe() const { return pipeline_ ? pipeline_->describe() : ""; }

std::vector<audit::Report> AuditTrail::reports() const {
  if (!pipeline_) return {};
  return audit::reports_of(*pipeline_);
}

std::vector<prometheus::MetricFamily> AuditTrail::metrics() const {
  return backends::metrics_of(reports());
}

std::uint64_t AuditTrail::lost() const {
  std::uint64_t lost = 0;
  for (const audit::Report& report : reports()) lost += report.lost_events();
  return lost;
}

void AuditTrail::say_accounts(std::string_view why) const {
  if (!pipeline_) return;
  for (const auto& account : backends::accounts_of(*pipeline_, counters_)) {
    const bool fine = account.lost == 0 && account.pending == 0;
    log_at(fine ? Severity::Info : Severity::Warning,
           "{}: audit backend {} has delivered {} events, lost {}, and holds {}", why,
           account.backend, account.delivered, account.lost, account.pending);
  }
}

}  // namespace kaudit::apiserver::program
