#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "audit/event.hpp"
#include "base/result.hpp"
#include "cli/conformance/check_report.hpp"
#include "cli/conformance/shipper/shipper_ledger.hpp"
#include "cli/conformance/shipper/shipper_log.hpp"
#include "cli/generate/event_stream.hpp"
#include "cli/generate/traffic.hpp"

namespace kaudit::cli {

struct ShipperRunOptions {
  std::string log;
  ShipperTarget target;
  std::string restart_command;
  std::chrono::milliseconds patience{
      5000};  ///< without anything new, before what is missing is lost
  std::chrono::milliseconds start_within{30'000};
  std::uint64_t lines = 200;  ///< of a scenario
  double rate = 1000;         ///< lines a second
};

/// Writes a log in many ways while somebody's shipper follows it, and says what became of each
/// event. One use. Not thread-safe.
class ShipperRun {
 public:
  ShipperRun(const ShipperRunOptions& options, CheckReport& report);

  /// Error: it could not be carried out.
  Result<void> run();

 private:
  using Range = ShipperLedger::Range;
  using Happening = Result<void> (ShipperLog::*)();

  Result<void> wait_for_shipper();
  Result<void> steady();
  Result<void> odd();
  Result<void> long_lines();
  Result<void> rotations();
  Result<void> burst();
  /// Half of the lines, something that happens to the log, the other half.
  Result<void> around(std::string_view id, std::string_view what, Happening happen);
  Result<void> torn();
  Result<void> restart();

  bool wanted(std::string_view section) const;
  Result<void> write_lines(std::uint64_t count, std::string_view moment);
  Result<void> write_event(const audit::Event& event, const std::string& moment);
  const audit::Event& next_event();
  /// Gives the verdicts `ID.all` and `ID.once` of what was sent since `begin`.
  Result<void> judge(std::string_view id, std::size_t begin);
  void judge_all(const std::string& check, Range range);
  void judge_once(const std::string& check, Range range);
  void judge_unaltered(const std::string& check, Range range);

  const ShipperRunOptions& options_;
  CheckReport& report_;
  ShipperLog log_;
  ShipperLedger ledger_;
  Traffic traffic_;
  EventStream stream_;
  audit::Event event_;
  std::string run_;  ///< begins the auditIDs of this run
  std::uint64_t number_ = 0;
  std::set<std::size_t> already_doubled_;  ///< were reported
};

}  // namespace kaudit::cli
