#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "apiserver/explorer/request_recorder.hpp"
#include "apiserver/explorer/trace/trace_text.hpp"

namespace kaudit::apiserver::explorer {

/// How `--audit-trace` writes.
enum class TraceFormat : std::uint8_t { Text, Json };

/// Writes each request once, when its way has ended and its backends are done with its events, or
/// when they have not been for kPatience. Belongs to the recorder's thread; a slow reader makes the
/// recorder drop notes, and the server never wait.
class TracePrinter {
 public:
  static constexpr auto kPatience = std::chrono::milliseconds(1'500);

  /// `backends` are the names of those that events go to.
  TracePrinter(const Recorder& recorder, TraceFormat format, std::FILE* to,
               std::vector<std::string> backends);

  /// Writes what is due.
  void look();
  /// Writes everything else, too.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;
  enum class Due : std::uint8_t { WhenDone, Now };

  void look(Due due);
  void print(const RequestRecord& record);
  void say_dropped();

  const Recorder& recorder_;
  const TraceFormat format_;
  std::FILE* const to_;
  const Colour colour_;
  const std::vector<std::string> backends_;
  std::uint64_t seen_ = 0;                              ///< version
  std::map<std::uint64_t, Clock::time_point> waiting_;  ///< numbers; since when
  std::uint64_t said_dropped_ = 0;
  std::set<std::uint64_t> printed_;  ///< numbers of what the ring still has
  std::string out_;
};

}  // namespace kaudit::apiserver::explorer
