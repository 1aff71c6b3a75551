#pragma once

#include <cstdint>
#include <string>

#include "audit/reader/log_entry.hpp"
#include "cli/conformance/check_report.hpp"
#include "cli/conformance/consumer_limits.hpp"
#include "cli/conformance/stage_ledger.hpp"

namespace kaudit::cli {

/// Holds what a reader finds in a log to the checks of the suite `log`, one entry after the other.
/// Its memory does not grow with the log. Not thread-safe.
class LogInspection {
 public:
  explicit LogInspection(CheckReport& report) : report_(report), stages_(report) {}

  void take(const audit::reader::LogEntry& entry);
  /// The log has ended; what could not be checked is skipped.
  void finish();

  std::uint64_t events() const noexcept { return events_; }
  std::uint64_t bytes() const noexcept { return bytes_; }
  const ConsumerLosses& losses() const noexcept { return losses_; }

 private:
  void take_fault(const audit::reader::LogEntry& entry);
  void look_at_line(const audit::reader::LogEntry& entry);
  void look_at_members(std::string_view compact, const FindingPlace& place);
  void look_at_event(const audit::Event& event, const FindingPlace& place);
  void look_at_bytes(const audit::reader::LogEntry& entry, const audit::Event& event,
                     const FindingPlace& place);
  void look_at_times(const audit::Event& event, const FindingPlace& place);

  CheckReport& report_;
  StageLedger stages_;
  ConsumerLosses losses_;
  std::uint64_t events_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t lines_ = 0;  ///< events that stood on a line of their own
  Timestamp latest_;
  std::string encoded_;
};

}  // namespace kaudit::cli
