#include "cli/log/input/event_input.hpp"

#include <optional>
#include <utility>

#include <CLI/CLI.hpp>

#include "audit/reader/log_reader.hpp"
#include "cli/followed_file.hpp"
#include "cli/progress.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

using audit::reader::EntryKind;
using audit::reader::LogEntry;
using audit::reader::LogReader;

constexpr std::uint64_t kMostComplaints = 20;

std::optional<LogReader> open_log(const EventInputOptions& options) {
  if (!options.follow) return LogReader(options.files);
  if (options.files.size() != 1) {
    complain("only one log can be followed");
    return std::nullopt;
  }
  auto source = follow_until_interrupted(options.files.front(), options.last_lines);
  if (!source) {
    complain(source.error().message);
    return std::nullopt;
  }
  return LogReader(*std::move(source), options.files.front());
}

std::string place_of(const LogEntry& entry) {
  return std::string(entry.file) + (entry.line == 0 ? "" : ":" + std::to_string(entry.line));
}

}  // namespace

void add_log_files(CLI::App& command, EventInputOptions& options) {
  command
      .add_option("LOG", options.files, "Audit logs, rotated or gzip, lists or wrapped; - is stdin")
      ->required();
}

EventInputResult read_events(const EventInputOptions& options,
                             const std::function<bool(const FoundEvent&)>& take) {
  EventInputResult result;
  auto reader = open_log(options);
  if (!reader) {
    result.exit = Exit::Usage;
    return result;
  }
  Progress progress;
  while (const LogEntry* entry = reader->next()) {
    if (entry->kind == EntryKind::Event) {
      ++result.events;
      if (!take({entry->event, entry->file, entry->line}) || printing_failed()) break;
      progress.show(result.events, reader->bytes_read());
      continue;
    }
    if (entry->kind == EntryKind::Unreadable) result.exit = Exit::Usage;
    if (++result.faults <= kMostComplaints) {
      complain(entry->kind == EntryKind::Unreadable
                   ? std::string(entry->reason)
                   : place_of(*entry) + ": " + std::string(entry->reason));
    }
  }
  progress.clear();
  if (result.faults > kMostComplaints) {
    complain(std::to_string(result.faults - kMostComplaints) + " more places cannot be read");
  }
  return result;
}

}  // namespace kaudit::cli
