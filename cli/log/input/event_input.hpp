#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.hpp"

namespace kaudit::cli {

/// Where a command's events come from.
struct EventInputOptions {
  std::vector<std::string> files;  ///< `-` is stdin
  bool follow = false;             ///< waits for more at the end of the file, until interrupted
  std::uint64_t last_lines = UINT64_MAX;  ///< of a followed file: with how many it begins
};

/// Adds the argument LOG…, which is required.
void add_log_files(CLI::App& command, EventInputOptions& options);

/// One event of a log. Its bytes are good during the call that it is given to.
struct FoundEvent {
  std::string_view json;  ///< the bare event, whatever it was wrapped in
  std::string_view file;
  std::uint64_t line = 0;  ///< from 1
};

/// What became of a reading.
struct EventInputResult {
  Exit exit = Exit::Fine;  ///< Usage: a file could not be read
  std::uint64_t events = 0;
  std::uint64_t faults = 0;  ///< parts that are not events; the first ones were said on stderr
};

/// Gives all events of the files to `take`, in their order, until it returns false or nothing more
/// can be printed. What is not an event is said on stderr with its place, and the rest is read. On
/// a terminal, long work shows how far it is.
EventInputResult read_events(const EventInputOptions& options,
                             const std::function<bool(const FoundEvent&)>& take);

}  // namespace kaudit::cli
