#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "apiserver/http/message.hpp"
#include "base/client/give_up_signal.hpp"
#include "base/mutex.hpp"
#include "cli/receiver/event_key.hpp"
#include "cli/receiver/receiver_tls.hpp"
#include "cli/receiver/wire/wire_server.hpp"

namespace kaudit::cli {

/// A request that a sender made.
struct SeenRequest {
  std::uint64_t connection = 0;
  std::string method;
  std::string target;
  apiserver::http::Headers headers;
  EventKey body;               ///< of its bytes
  std::vector<EventKey> keys;  ///< of its events
  std::string not_a_list;      ///< why the body is not an EventList; empty: it is one
  client::SteadyTime begun;
  bool is_victim = false;  ///< of the scenario's batch
  bool taken = false;      ///< it is answered with a success
  ShownCertificate certificate = ShownCertificate::Good;
};

/// What becomes of one try of a scenario's batch.
struct SenderStep {
  FaultEffect effect;
  bool closes = false;           ///< the connection, behind the answer
  bool waits_for_other = false;  ///< the answer, until another batch has come

  static SenderStep answering(int status);
  static SenderStep cutting(Cut cut);
};

/// Answers a sender as the scenario under way says: its steps are for the tries of the first batch
/// that comes in it, one after the other, the last one for all that follow; other batches are
/// taken. Any thread.
class SenderDesk : public WireHandler {
 public:
  explicit SenderDesk(const ReceiverTls& tls) : tls_(tls) {}

  Welcome on_connection(std::uint64_t open) override;
  void on_tls_failure(const std::string& reason) override;
  HeadVerdict on_head(const WireRequest& /*request*/) override { return {}; }
  WireAnswer on_request(WireRequest& request) override;
  void on_unread(const WireRequest& /*request*/, int /*status*/) override {}

  /// Begins a scenario. What was seen before stays in all().
  void begin(std::vector<SenderStep> steps);
  /// Which certificate connections from now on are shown.
  void show(ShownCertificate shown);

  /// What was seen since begin().
  struct View {
    std::vector<SeenRequest> requests;
    std::uint64_t tls_failures = 0;

    /// The requests with the scenario's batch.
    std::vector<SeenRequest> tries() const;
    /// Whether that batch was taken.
    bool is_taken() const;
  };
  View view() const;
  std::vector<SeenRequest> all() const;
  /// Waits until `holds` for what was seen since begin(); false when the time is over first.
  bool wait(std::chrono::milliseconds patience, const std::function<bool(const View&)>& holds);
  /// Lets answers go that wait for another batch.
  void release();

 private:
  bool is_of_victim(const std::vector<EventKey>& keys) const KAUDIT_REQUIRES(mutex_);
  View view_locked() const KAUDIT_REQUIRES(mutex_);

  const ReceiverTls& tls_;
  mutable Mutex mutex_;
  Condition changed_;
  std::vector<SenderStep> steps_ KAUDIT_GUARDED_BY(mutex_);
  std::size_t tries_ KAUDIT_GUARDED_BY(mutex_) = 0;  ///< of the victim in this scenario
  std::vector<EventKey> victim_ KAUDIT_GUARDED_BY(mutex_);
  bool has_victim_ KAUDIT_GUARDED_BY(mutex_) = false;
  bool released_ KAUDIT_GUARDED_BY(mutex_) = false;
  std::vector<SeenRequest> seen_ KAUDIT_GUARDED_BY(mutex_);
  std::size_t first_ KAUDIT_GUARDED_BY(mutex_) = 0;  ///< of the scenario in seen_
  std::uint64_t tls_failures_ KAUDIT_GUARDED_BY(mutex_) = 0;
  ShownCertificate shown_ KAUDIT_GUARDED_BY(mutex_) = ShownCertificate::Good;
};

/// Where a redirect points: it takes note of who comes. Any thread.
class RedirectTrap : public WireHandler {
 public:
  Welcome on_connection(std::uint64_t /*open*/) override { return {}; }
  void on_tls_failure(const std::string& /*reason*/) override {}
  HeadVerdict on_head(const WireRequest& request) override;
  WireAnswer on_request(WireRequest& /*request*/) override { return WireAnswer(200); }
  void on_unread(const WireRequest& /*request*/, int /*status*/) override {}

  std::vector<std::string> methods() const;
  bool saw_credentials() const;

 private:
  mutable Mutex mutex_;
  std::vector<std::string> methods_ KAUDIT_GUARDED_BY(mutex_);
  bool credentials_ KAUDIT_GUARDED_BY(mutex_) = false;
};

}  // namespace kaudit::cli
