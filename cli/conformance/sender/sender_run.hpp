#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "cli/conformance/check_report.hpp"
#include "cli/conformance/sender/sender_desk.hpp"

namespace kaudit::cli {

struct SenderRunOptions {
  std::string drive_command;
  std::chrono::seconds patience{120};  ///< for each step of a scenario
  std::string path;                    ///< that requests should have
  std::string token;
  std::string elsewhere;  ///< URL of the trap
};

/// Plays the scenarios against a sender, one after the other, and decides the checks. Error: the
/// drive command failed, or nothing has come of it.
Result<void> run_sender_suite(SenderDesk& desk, const RedirectTrap& trap, CheckReport& report,
                              const SenderRunOptions& options);

// Checks of all requests of all scenarios together.
void check_requests(const std::vector<SeenRequest>& all, CheckReport& report,
                    const SenderRunOptions& options);
void check_balance(const std::vector<SeenRequest>& all, CheckReport& report);

}  // namespace kaudit::cli
