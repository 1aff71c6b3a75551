#pragma once

#include <cstdint>
#include <queue>
#include <vector>

#include "audit/evaluator.hpp"
#include "cli/generate/event_filler.hpp"
#include "cli/generate/made_request.hpp"
#include "cli/generate/random.hpp"
#include "cli/generate/traffic.hpp"

namespace kaudit::cli {

/// The events of a made-up cluster, one after the other, in the order of their times, without end.
/// The same seed, start, profile and policy give the same events everywhere. Not thread-safe.
class EventStream {
 public:
  /// `evaluator` may be null: everything is recorded at Metadata. The traffic and what it points at
  /// must outlive the stream.
  EventStream(const Traffic& traffic, std::uint64_t seed, std::int64_t start_us,
              const audit::Evaluator* evaluator);

  /// The next event; good until the next call. Null: none came for so many requests that the policy
  /// seems to drop them all.
  const audit::Event* next();
  /// When the event that next() gave was made, in microseconds since 1970.
  std::int64_t now_us() const noexcept { return now_us_; }
  /// Requests that began so far, recorded or not.
  std::uint64_t requests() const noexcept { return requests_; }

 private:
  struct Due {
    std::int64_t at_us;
    std::uint64_t order;  ///< of two at the same time the one that was made first
    std::uint32_t slot;
    audit::Stage stage;
    bool operator<(const Due& other) const noexcept {
      return at_us != other.at_us ? at_us > other.at_us : order > other.order;
    }
  };

  MadeRequest make_request();
  void begin();
  void plan(std::uint32_t slot, audit::Stage stage, std::int64_t at_us);
  std::uint32_t keep(const MadeRequest& request);

  const Traffic& traffic_;
  const audit::Evaluator* evaluator_;
  EventFiller maker_;
  Random random_;
  std::vector<char> long_running_;  ///< a pattern each
  std::vector<std::uint16_t> by_weight_;
  std::priority_queue<Due> due_;
  std::vector<MadeRequest> open_;
  std::vector<std::uint32_t> free_;
  std::int64_t next_request_us_;
  std::int64_t now_us_ = 0;
  std::uint64_t order_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t resource_version_;
};

}  // namespace kaudit::cli
