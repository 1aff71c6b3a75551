#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/mutex.hpp"

namespace kaudit::cli {

/// What a receiver prints of an event that it has stored.
enum class EventOutput : std::uint8_t {
  Wide,   ///< a line for people
  Json,   ///< the event, and the report at the end likewise
  Quiet,  ///< nothing; the report is JSON
};

/// One line for people of one event line: when, stage, level, code, who, verb, what.
std::string wide_line(std::string_view event);

/// Prints events, of any thread, a batch at a time.
class EventPrinter {
 public:
  explicit EventPrinter(EventOutput output) : output_(output) {}
  /// `lines`: events, one JSON line each.
  void print_events(std::string_view lines);
  EventOutput output() const noexcept { return output_; }

 private:
  const EventOutput output_;
  Mutex mutex_;
};

}  // namespace kaudit::cli
