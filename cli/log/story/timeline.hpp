#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cli/log/story/timeline_entry.hpp"

namespace kaudit::cli {

/// Collects the requests of a timeline: joins stages by auditID, finds out what changes did, puts
/// them in order and folds what controllers repeat. What it keeps is bounded: of a longer story the
/// last requests. Not thread-safe.
class Timeline {
 public:
  static constexpr std::size_t kMostEntries = 100'000;

  void add(audit::search::EventView& event);
  /// In the order of their times.
  std::vector<TimelineEntry> finish(bool fold);
  /// How many requests were more than it keeps.
  std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  std::vector<std::string> changes_of(audit::search::EventView& event, const TimelineEntry& entry);

  std::deque<TimelineEntry> entries_;
  std::uint64_t dropped_ = 0;                             ///< from the front
  std::unordered_map<std::string, std::uint64_t> by_id_;  ///< number, counted with the dropped
  std::unordered_map<std::string, std::string> bodies_;   ///< last known, by target
};

}  // namespace kaudit::cli
