#include "apiserver/explorer/trace/trace_printer.hpp"

#include <algorithm>
#include <cstdlib>
#include <unistd.h>
#include <utility>

#include "apiserver/explorer/record_json.hpp"
#include "base/files/colours.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::explorer {
TracePrinter::TracePrinter(const Recorder& recorder, TraceFormat format, std::FILE* to,
                           std::vector<std::string> backends)
    : recorder_(recorder),
      format_(format),
      to_(to),
      colour_(takes_colours(to) ? Colour::On : Colour::Off),
      backends_(std::move(backends)) {}

void TracePrinter::look() { look(Due::WhenDone); }

void TracePrinter::finish() { look(Due::Now); }

void TracePrinter::look(Due due) {
  const Clock::time_point now = Clock::now();
  seen_ = recorder_.ring().visit_changed(seen_, [&](const RequestRecord& record) {
    // A late delivery changes what has been printed, too.
    if (record.ended() && !printed_.contains(record.number)) {
      waiting_.try_emplace(record.number, now);
    }
  });
  for (auto waiting = waiting_.begin(); waiting != waiting_.end();) {
    const auto& [number, since] = *waiting;
    const auto record = recorder_.ring().find(number);
    const bool print_now =
        !record || due == Due::Now || record->delivered_by(backends_) || now - since >= kPatience;
    if (!print_now) {
      ++waiting;
      continue;
    }
    if (record && record->run) print(*record);
    printed_.insert(number);
    waiting = waiting_.erase(waiting);
  }
  const Ring::State state = recorder_.ring().state();
  printed_.erase(printed_.begin(), printed_.upper_bound(state.last - state.requests));
  say_dropped();
  if (out_.empty()) return;
  std::fwrite(out_.data(), 1, out_.size(), to_);
  std::fflush(to_);
  out_.clear();
}

void TracePrinter::print(const RequestRecord& record) {
  switch (format_) {
    case TraceFormat::Text:
      append_trace(out_, record, colour_);
      break;
    case TraceFormat::Json: {
      std::string json;
      append_record(json, record);
      out_ += visible_json(json) + "\n";
      break;
    }
  }
}

void TracePrinter::say_dropped() {
  const std::uint64_t dropped = recorder_.dropped();
  if (dropped == said_dropped_) return;
  const std::string count = std::to_string(dropped - std::exchange(said_dropped_, dropped));
  switch (format_) {
    case TraceFormat::Text:
      out_ += "  (" + count + " notes were dropped: requests come faster than they are shown)\n\n";
      break;
    case TraceFormat::Json:
      out_ += R"({"droppedNotes":)" + count + "}\n";
      break;
  }
}

}  // namespace kaudit::apiserver::explorer
