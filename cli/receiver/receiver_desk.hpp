#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/mutex.hpp"
#include "cli/receiver/event_output.hpp"
#include "cli/receiver/event_store.hpp"
#include "cli/receiver/fault_plan.hpp"
#include "cli/receiver/receiver_figures.hpp"
#include "cli/receiver/receiver_tls.hpp"
#include "cli/receiver/wire/wire_server.hpp"

namespace kaudit::cli {

/// Takes batches in: judges requests as a receiver of audit webhooks should, stores the events,
/// answers 200 when they are durable, and does what faults say in between. Any thread.
class ReceiverDesk : public WireHandler {
 public:
  /// `token`: senders must show it; empty: none is asked for. All references must outlive it.
  ReceiverDesk(EventStore& store, FaultPlan& faults, EventPrinter& printer, std::string token,
               const ReceiverTls* tls);

  Welcome on_connection(std::uint64_t open) override;
  void on_tls_failure(const std::string& reason) override;
  HeadVerdict on_head(const WireRequest& request) override;
  WireAnswer on_request(WireRequest& request) override;
  void on_unread(const WireRequest& request, int status) override;

  FaultPlan& faults() noexcept { return faults_; }
  EventStore& store() noexcept { return store_; }
  /// The report, with the faults that there are.
  nlohmann::ordered_json report() const;
  std::string report_text() const;

 private:
  std::optional<WireAnswer> refusal_of(const WireRequest& request) const;
  BatchRecord record_of(const WireRequest& request) const;
  void look_at_order(const EventList& list, BatchRecord& record, std::int64_t arrival);
  WireAnswer take(WireRequest& request, BatchRecord& record, const FaultEffect& effect);
  void note(const BatchRecord& record);

  EventStore& store_;
  FaultPlan& faults_;
  EventPrinter& printer_;
  const std::string token_;
  const ReceiverTls* const tls_;
  mutable Mutex mutex_;
  ReceiverFigures figures_ KAUDIT_GUARDED_BY(mutex_);
  /// The newest event of each source, in microseconds; of the first few sources.
  std::map<std::string, std::int64_t> newest_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::cli
