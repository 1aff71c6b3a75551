#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/chain_observer.hpp"
#include "apiserver/explorer/policy_in_force.hpp"
#include "apiserver/request/request_info.hpp"
#include "audit/delivery_observer.hpp"
#include "audit/evaluator.hpp"
#include "audit/event.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::explorer {

/// A filter, or the handler, on a request's way in and out. Times count from the first filter.
struct StepTimes {
  std::string_view step;  ///< a constant
  std::chrono::nanoseconds entered{0};
  std::chrono::nanoseconds left{0};
  bool panicked = false;
};

/// The way of one request through the chain, as a ChainObserver saw it. Immutable once it is handed
/// on.
struct ChainRun {
  std::string audit_id;
  std::string method;
  std::string target;  ///< as sent, at most Recorder::kMaxText bytes
  std::string user_agent;
  std::string peer;  ///< address and port
  request::Url url;  ///< which `info` was read from
  request::RequestInfo info;
  bool audited = false;    ///< it reached the audit filter, so that its user is known
  audit::SharedUser user;  ///< who was authenticated
  Timestamp received;
  ChainObserver::Clock::time_point began{};
  std::vector<StepTimes> steps;  ///< in the order in which they were entered
  std::string_view answered_by;  ///< a step; "" when an exception left the chain
  Answer::Kind kind = Answer::Kind::None;
  int code = 0;  ///< of the answer; 0 when there is none
  std::size_t answer_bytes = 0;
  const PolicyVersion* policy = nullptr;  ///< that was asked

  audit::Attributes attributes() const noexcept;
};

/// What became of one event in one backend.
struct DeliveryEntry {
  audit::DeliveryStep step{};
  std::string backend;
  std::string_view stage;  ///< of the event; a constant
  std::uint64_t batch = 0;
  std::size_t batch_size = 0;  ///< events that went this step together
  std::uint32_t attempt = 0;
  std::string reason;
  Timestamp at{};
};

/// All that is known of one request; see Ring.
struct RequestRecord {
  std::uint64_t number = 0;   ///< of the request, from 1
  std::uint64_t version = 0;  ///< of the latest change; grows over all records
  std::string audit_id;
  std::shared_ptr<const ChainRun> run;  ///< null until its way through the chain has ended
  std::vector<audit::EventPtr> events;  ///< in the order in which they were made
  /// The same with all that level RequestResponse records, those that the policy omits included;
  /// empty where too much was going on, see Recorder.
  std::vector<audit::EventPtr> whole;
  std::vector<DeliveryEntry> deliveries;
  std::uint64_t more_deliveries = 0;  ///< that were not kept
  std::size_t bytes = 0;              ///< about what it holds in memory

  const audit::Event* event_of(std::string_view stage) const noexcept;
  /// Likewise of `whole`.
  const audit::Event* whole_of(std::string_view stage) const noexcept;
  /// No further event will come.
  bool ended() const noexcept;
  /// Every event has been delivered or lost by each of these backends.
  bool delivered_by(const std::vector<std::string>& backends) const;
};

}  // namespace kaudit::apiserver::explorer
