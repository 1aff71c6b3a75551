#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "audit/event.hpp"
#include "base/result.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {

/// The forms that events are converted to.
enum class EventForm : std::uint8_t { JsonLines, List, Legacy, Csv, Otlp };

/// Writes events to standard output, one after the other, in memory that does not grow.
class EventWriter {
 public:
  explicit EventWriter(EventForm form) : form_(form) {}
  /// Error: it cannot be written.
  Result<void> add(const audit::Event& event);
  Result<void> finish();

 private:
  EventForm form_;
  Output output_;
  bool begun_ = false;
};

/// Appends one event as a LogRecord of OpenTelemetry: times, the bare event as its body, its
/// searched-for members as attributes. (opentelemetry.proto.logs.v1, its JSON)
void append_otlp_record(std::string& out, const audit::Event& event);

}  // namespace kaudit::cli
