#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "audit/decoder.hpp"
#include "audit/encoder.hpp"
#include "audit/reader/log_reader.hpp"
#include "base/text/quote.hpp"
#include "cli/events/events_group.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

using audit::reader::EntryKind;
using audit::reader::LogEntry;
using audit::reader::LogReader;

struct EncodeOptions {
  std::string format = "json";
  std::vector<std::string> files;
};

enum class Format { Json, Legacy, List };

/// The option parser lets only these names through.
Format format_named(std::string_view name) {
  if (name == "legacy") return Format::Legacy;
  return name == "list" ? Format::List : Format::Json;
}

/// What Kubernetes' decoder says of a line that the reader cannot take; else what the reader says.
audit::DecodeError error_of(const LogEntry& fault) {
  if (!fault.event.empty()) {
    if (auto event = audit::decode_event(fault.event); !event) return event.error();
  }
  return {audit::DecodeErrorClass::Syntax, std::string(fault.reason)};
}

/// Events in, the bytes of a log or of a webhook's body out. A line that is refused is named on
/// stderr and left out.
class EventEncoder {
 public:
  explicit EventEncoder(Format format) : format_(format) {}

  bool has_refused() const noexcept { return has_refused_; }

  /// Refusals name the file when there are several.
  Result<void> encode(const std::vector<std::string>& files) {
    LogReader reader(files);
    while (const LogEntry* const entry = reader.next()) {
      const bool named = files.size() > 1 || entry->file != files.front();
      const std::string place =
          (named ? std::string(entry->file) + ": " : "") + "line " + std::to_string(entry->line);
      switch (entry->kind) {
        case EntryKind::Unreadable:
          return fail(std::string(entry->reason));
        case EntryKind::Fault:
          refuse(place, error_of(*entry));
          break;
        case EntryKind::Event:
          if (auto event = audit::reader::decode_entry(*entry)) {
            write(*event);
          } else {
            refuse(place, event.error());
          }
          break;
      }
      if (auto written = output_.flush_when_full(); !written) return written;
    }
    return {};
  }

  Result<void> finish() {
    // An empty list has null for its items.
    if (format_ == Format::List) output_.buffer() += has_items_ ? "]}\n" : list_head() + "null}\n";
    return output_.flush();
  }

 private:
  /// A list up to its items.
  static std::string list_head() {
    std::string list;
    audit::append_event_list(list, {});
    return list.substr(0, list.rfind("null"));
  }

  void write(const audit::Event& event) {
    switch (format_) {
      case Format::Json:
        audit::append_event(output_.buffer(), event);
        break;
      case Format::Legacy:
        audit::append_legacy_line(output_.buffer(), event);
        break;
      case Format::List:
        output_.buffer() += std::exchange(has_items_, true) ? "," : list_head() + "[";
        audit::append_list_item(output_.buffer(), event);
        break;
    }
  }

  void refuse(const std::string& place, const audit::DecodeError& error) {
    has_refused_ = true;
    const std::string text =
        place + ": " + std::string(to_string(error.error_class)) + ": " + error.message;
    std::fprintf(stderr, "%s\n", visible(text).c_str());
  }

  Format format_;
  Output output_;
  bool has_items_ = false;
  bool has_refused_ = false;
};

Exit encode(EncodeOptions options) {
  if (options.files.empty()) options.files.emplace_back("-");
  EventEncoder encoder(format_named(options.format));
  Result<void> result = encoder.encode(options.files);
  if (result) result = encoder.finish();
  if (!result) {
    complain(result.error().message);
    return Exit::Usage;
  }
  return encoder.has_refused() ? Exit::Findings : Exit::Fine;
}

}  // namespace

void add_events_encode(CLI::App& events, Exit& exit) {
  auto options = std::make_shared<EncodeOptions>();
  auto* command = events.add_subcommand(
      "encode", "Read events in any form that logs have and write them as the audit backends do");
  command
      ->add_option("--format", options->format,
                   "json: a log's lines; legacy: its legacy lines; list: one EventList")
      ->check(CLI::IsMember({"json", "legacy", "list"}))
      ->capture_default_str();
  command->add_option("FILE", options->files, "Files to read; - or none is standard input");
  command->callback([options, &exit] { exit = encode(*options); });
}

}  // namespace kaudit::cli
