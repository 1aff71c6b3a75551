#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/evaluator.hpp"
#include "audit/event.hpp"
#include "base/result.hpp"
#include "cli/policy/input/request_attributes.hpp"

namespace kaudit::cli {

/// How large an event of a request is, in bytes of its line in the log.
struct EventSize {
  std::uint64_t bare = 0;  ///< without bodies and the level's name, with its line feed
  std::uint64_t request_object = 0;
  std::uint64_t response_object = 0;
};

/// What recording costs under some policy.
struct Volume {
  std::uint64_t requests = 0;
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::uint64_t without_bodies = 0;  ///< requests whose bodies are wanted but not in the log

  Volume& operator+=(const Volume& other) noexcept;
};

/// A request as its events in a log show it.
class RecordedRequest {
 public:
  /// From its first event. Error: the event's stage or level is not one of Kubernetes'.
  static Result<RecordedRequest> begin(const audit::Event& event);
  /// A later event of the same request. Error: likewise.
  Result<void> add(const audit::Event& event);

  /// True when no event can follow.
  bool finished() const noexcept { return finished_; }

  const RequestAttributes& attributes() const noexcept { return attributes_; }
  const std::string& uri() const noexcept { return uri_; }

  /// What the request would leave under a decision. An event of a stage that the log does not have,
  /// because it was omitted there, is taken to be as large as what is known of it.
  Volume under(const audit::Decision& decision) const noexcept;

 private:
  const EventSize* size_of(audit::Stage stage) const noexcept;

  RequestAttributes attributes_;
  std::string uri_;
  audit::Level level_ = audit::Level::None;
  bool finished_ = false;
  std::array<std::optional<EventSize>, 4> seen_;       // by stage
  std::array<std::optional<EventSize>, 4> estimated_;  // likewise
};

}  // namespace kaudit::cli
