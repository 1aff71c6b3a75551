#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/evaluator.hpp"
#include "audit/event.hpp"
#include "base/result.hpp"
#include "cli/open_requests.hpp"

namespace kaudit::cli {

/// What is kept of one event: no bodies, only their sizes.
struct StoryEvent {
  audit::Stage stage{};
  audit::Level level{};
  std::int32_t code = 0;             ///< of the answer; 0: none yet
  std::uint64_t request_object = 0;  ///< bytes; 0: it has none
  std::uint64_t response_object = 0;
  Timestamp at;
};

/// One request as its events in a log show it. Of what a client can make as long as it likes only
/// the beginning is kept, so that a story takes some kilobytes at most.
struct RequestStory {
  std::string audit_id, verb, uri, user, source_ip;
  bool login_failed = false;
  Timestamp received;
  std::vector<StoryEvent> events;  ///< in the order of the log, the first kMostEvents
  std::uint64_t more_events = 0;   ///< beyond them: somebody used the auditID again and again
  std::optional<audit::Decision> decision;  ///< what the policy that is asked says; none: no policy
  bool finished = false;                    ///< its last event is there

  static constexpr std::size_t kMostEvents = 16;

  /// From receiving the request to its last event, in microseconds; none for an unfinished one.
  std::optional<std::int64_t> microseconds() const;
  /// True when the policy that was asked would not have made these events: the log is of another.
  bool contradicts_decision() const;
};

/// Joins the events of a log into stories by their auditIDs, and hands each story over when it is
/// finished, or when the log is. What it holds is bounded (OpenRequests). Not thread-safe.
class StoryTeller {
 public:
  using Take = std::function<void(const RequestStory&)>;

  /// `evaluator` may be null; what it points at must outlive this.
  StoryTeller(const audit::Evaluator* evaluator, Take take)
      : evaluator_(evaluator), take_(std::move(take)) {}

  /// One event of the log. Error: it is of an unknown stage or level.
  Result<void> read(const audit::Event& event);
  /// The same of its JSON. Error: it is not an event, too.
  Result<void> read(std::string_view line);
  /// Hands over what is not finished.
  void finish() { open_.drain(take_); }

 private:
  RequestStory begin(const audit::Event& event) const;

  const audit::Evaluator* evaluator_;
  Take take_;
  OpenRequests<RequestStory> open_;
};

}  // namespace kaudit::cli
