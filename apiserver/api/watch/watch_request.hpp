#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "apiserver/api/read/selection.hpp"

namespace kaudit::apiserver::api {

/// What a client asked of a watch.
struct WatchRequest {
  using Clock = std::chrono::steady_clock;
  /// What ends the objects that exist, which a watch may begin with.
  enum class InitialEvents : std::uint8_t { Unmarked, EndWithBookmark };
  enum class Bookmarks : std::uint8_t { No, Yes };

  Selection selection;
  std::optional<std::uint64_t> after;  ///< nullopt: begin with what exists
  InitialEvents initial_events = InitialEvents::Unmarked;
  Bookmarks bookmarks = Bookmarks::No;
  Clock::time_point deadline{};
  objects::table::View view{};

  /// Error: the Status to answer: 400, 422; 504 for what exists at a version to come; 500 for one
  /// that is none (which a real server answers, too).
  static Expected<WatchRequest> read(const Call& call);
};

/// When the first one is due: as below, and at once where there would be no time for it later.
WatchRequest::Clock::time_point first_bookmark(WatchRequest::Clock::time_point now,
                                               WatchRequest::Clock::time_point deadline,
                                               std::chrono::milliseconds period);
/// When the next bookmark is due: after a while, and once shortly before the deadline, so that a
/// client that comes back has little to catch up with. max() for none. (apiserver
/// pkg/storage/cacher nextBookmarkTime)
WatchRequest::Clock::time_point next_bookmark(WatchRequest::Clock::time_point now,
                                              WatchRequest::Clock::time_point deadline,
                                              std::chrono::milliseconds period);

}  // namespace kaudit::apiserver::api
