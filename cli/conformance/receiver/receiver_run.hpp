#pragma once

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/conformance/check_report.hpp"
#include "cli/conformance/receiver/event_maker.hpp"
#include "cli/conformance/receiver/receiver_target.hpp"
#include "cli/conformance/receiver/sent_ledger.hpp"
#include "cli/conformance/receiver/stored_events.hpp"

namespace kaudit::cli {

/// One run of the suite: what its sections share. One thread, but where a member says otherwise.
class ReceiverRun {
 public:
  ReceiverRun(ReceiverTarget& target, CheckReport& report, StoredSource stored,
              std::string restart_command)
      : target_(target),
        report_(report),
        stored_(std::move(stored)),
        restart_command_(std::move(restart_command)) {}

  ReceiverTarget& target() noexcept { return target_; }
  CheckReport& report() noexcept { return report_; }
  EventMaker& maker() noexcept { return maker_; }
  SentLedger& ledger() noexcept { return ledger_; }
  const StoredSource& stored() const noexcept { return stored_; }
  const std::string& restart_command() const noexcept { return restart_command_; }
  bool wanted(std::string_view check) const { return report_.wanted(check); }
  bool any_wanted(std::initializer_list<std::string_view> checks) const;

  /// Posts events as one batch and notes what became of them.
  ReceiverTarget::Delivery send(std::string_view check, const std::vector<std::string>& events,
                                std::chrono::seconds patience = std::chrono::seconds(30));
  /// The same, and decides the check: it passes when the batch is taken. True then.
  bool deliver(std::string_view check, const std::vector<std::string>& events);
  /// Notes the events of a batch that was sent by hand.
  void note(std::string_view check, const std::vector<std::string>& events, Standing standing);
  /// Notes how a batch was answered, for the checks of answers.
  void look_at(const ReceiverTarget::Delivery& delivery);
  /// Decides those.
  void decide_answers();
  /// A right batch of one event. Empty when it was taken, else why not.
  std::string probe(std::string_view check,
                    std::chrono::seconds patience = std::chrono::seconds(10));

 private:
  ReceiverTarget& target_;
  CheckReport& report_;
  const StoredSource stored_;
  const std::string restart_command_;
  EventMaker maker_;
  SentLedger ledger_;
  std::chrono::milliseconds slowest_{0};
  std::string unreadable_;
  std::string redirected_;
};

// The sections, each of which decides its own checks.
void check_restart(ReceiverRun& run);
void check_shapes(ReceiverRun& run);
void check_batches(ReceiverRun& run);
void check_idempotency(ReceiverRun& run);
void check_order(ReceiverRun& run);
void check_concurrency(ReceiverRun& run);
void check_slow_senders(ReceiverRun& run);
void check_connections(ReceiverRun& run);
void check_credentials(ReceiverRun& run);
void check_content(ReceiverRun& run);
/// Last: compares what is stored. Error: it cannot be read.
Result<void> check_stored(ReceiverRun& run);

}  // namespace kaudit::cli
