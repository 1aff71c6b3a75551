#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "cli/conformance/sender/sender_play.hpp"

namespace kaudit::cli {

/// How a sender tries again what failed, and what it shows of its pauses on the way. For one
/// thread.
class SenderRetries {
 public:
  explicit SenderRetries(SenderPlay& play) : play_(play) {}

  /// Answers and ends of connections that are failures.
  void check_failures();
  void check_retry_after();
  void check_no_answer();
  void check_gives_up();
  /// Of all that was tried again before.
  void check_same_body();

  /// Longer than the pauses that were seen.
  std::chrono::milliseconds quiet() const noexcept { return quiet_; }

 private:
  void check_retry(std::string_view check, std::vector<SenderStep> steps);
  void check_pauses();
  /// Notes the pauses and bodies of one batch's tries.
  void look_at_tries(const std::vector<SeenRequest>& tries);

  SenderPlay& play_;
  std::chrono::milliseconds quiet_{1000};
  bool any_retry_ = false;
  bool other_bodies_ = false;
};

}  // namespace kaudit::cli
