#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/conformance/check_report.hpp"
#include "cli/conformance/sender/sender_desk.hpp"
#include "cli/conformance/sender/sender_run.hpp"

namespace kaudit::cli {

/// The drive command, at work while it lives: in blocking mode it waits for what is answered.
class Drive {
 public:
  Drive(const std::string& command, std::chrono::seconds limit);
  /// It has ended, and not well: nothing will come of it.
  bool has_failed();
  Result<void> end();

 private:
  std::future<Result<int>> result_;
  std::optional<Result<int>> code_;
};

/// Plays scenarios: drives the sender, and has the desk answer what comes. Once a drive has failed
/// nothing is played any more. For one thread; what it is made with outlives it.
class SenderPlay {
 public:
  using View = SenderDesk::View;

  SenderPlay(SenderDesk& desk, CheckReport& report, const SenderRunOptions& options)
      : desk_(desk), report_(report), options_(options) {}

  SenderDesk& desk() noexcept { return desk_; }
  CheckReport& report() noexcept { return report_; }
  const SenderRunOptions& options() const noexcept { return options_; }

  /// Why a drive failed.
  const std::optional<Error>& trouble() const noexcept { return trouble_; }
  /// Whether there is something to find out for that check.
  bool wants(std::string_view check) const { return !trouble_ && report_.wanted(check); }

  /// What it means that a batch was never taken.
  enum class Untaken : std::uint8_t { Lost, Expected };
  /// Drives the sender once and waits until the batch that comes is taken, or `ends` holds. Nothing
  /// when a drive fails, or has failed before.
  std::optional<View> play(std::vector<SenderStep> steps,
                           const std::function<bool(const View&)>& ends = &View::is_taken,
                           Untaken untaken = Untaken::Lost);

  // For scenarios that are not that simple.

  Drive drive() const { return {options_.drive_command, 3 * options_.patience}; }
  /// Waits for its end.
  void end(Drive& drive);

  /// Batches that were refused and never taken.
  std::uint64_t lost() const noexcept { return lost_; }
  void count_lost() noexcept { ++lost_; }

 private:
  void wait_for(Drive& drive, const std::function<bool(const View&)>& holds);

  SenderDesk& desk_;
  CheckReport& report_;
  const SenderRunOptions& options_;
  std::optional<Error> trouble_;
  std::uint64_t lost_ = 0;
};

}  // namespace kaudit::cli
