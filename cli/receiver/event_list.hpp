#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/receiver/event_key.hpp"

namespace kaudit::cli {

/// What a receiver has to know of one event; the rest stays as it came.
struct ListedEvent {
  std::string_view json;             ///< compact
  std::optional<EventKey> key;       ///< none without an auditID: nothing to tell it by
  std::optional<std::int64_t> time;  ///< its stageTimestamp, in microseconds since 1970
  bool has_type = false;             ///< it says its kind or apiVersion itself

  /// Appends the line that a log backend would write of it: with kind and apiVersion.
  void append_line(std::string& out) const;
};

/// A batch as a webhook backend posts it. Events point into the text.
struct EventList {
  std::shared_ptr<const std::string> text;
  std::vector<ListedEvent> events;
};

/// Reads the members that matter of one event, compact JSON; an object. Error: it is not one.
Result<ListedEvent> read_listed_event(std::string_view compact, std::string_view source);

/// Reads the body of a POST: an EventList of audit.k8s.io/v1, whatever is in its items as long as
/// they are objects: versions to come may have members, stages and levels that nobody knows yet.
/// Error: what it is instead, and where.
Result<EventList> read_event_list(std::string_view body, std::string_view source);

/// At most this many events in one list.
inline constexpr std::size_t kMostListed = 1'000'000;

}  // namespace kaudit::cli
