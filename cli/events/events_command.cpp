#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "audit/decoder.hpp"
#include "audit/encoder.hpp"
#include "base/text/trim.hpp"
#include "cli/commands.hpp"
#include "cli/line_reader.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

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

/// Events as JSON lines in, the bytes of a log or of a webhook's body out. A line that is refused
/// is told on stderr and left out.
class EventEncoder {
 public:
  explicit EventEncoder(Format format) : format_(format) {}

  bool has_refused() const noexcept { return has_refused_; }

  /// `prefix` goes before `line N: …` of a refusal.
  Result<void> encode_file(const std::string& file, const std::string& prefix) {
    auto lines = LineReader::open(file);
    if (!lines) return tl::unexpected(lines.error());
    for (std::size_t number = 1;; ++number) {
      const auto line = lines->next();
      if (!line) return tl::unexpected(line.error());
      if (!*line) return {};
      if (is_blank_line(**line)) continue;
      if (auto event = audit::decode_event(**line)) {
        write(std::move(*event));
      } else {
        refuse(prefix + "line " + std::to_string(number), event.error());
      }
      if (auto written = output_.flush_when_full(); !written) return written;
    }
  }

  Result<void> finish() {
    if (format_ == Format::List) audit::append_event_list(output_.buffer(), list_);
    return output_.flush();
  }

 private:
  void write(audit::Event event) {
    switch (format_) {
      case Format::Json:
        audit::append_event(output_.buffer(), event);
        break;
      case Format::Legacy:
        audit::append_legacy_line(output_.buffer(), event);
        break;
      case Format::List:
        list_.push_back(std::make_shared<const audit::Event>(std::move(event)));
        break;
    }
  }

  void refuse(const std::string& place, const audit::DecodeError& error) {
    has_refused_ = true;
    const std::string_view name = to_string(error.error_class);
    std::fprintf(stderr, "%s: %.*s: %s\n", place.c_str(), static_cast<int>(name.size()),
                 name.data(), error.message.c_str());
  }

  Format format_;
  Output output_;
  std::vector<audit::EventPtr> list_;
  bool has_refused_ = false;
};

Exit encode(EncodeOptions options) {
  if (options.files.empty()) options.files.emplace_back("-");
  EventEncoder encoder(format_named(options.format));
  Result<void> result;
  for (const std::string& file : options.files) {
    result = encoder.encode_file(file, options.files.size() > 1 ? file + ": " : "");
    if (!result) break;
  }
  if (result) result = encoder.finish();
  if (!result) {
    std::fprintf(stderr, "kaudit: %s\n", result.error().message.c_str());
    return Exit::Usage;
  }
  return encoder.has_refused() ? Exit::Findings : Exit::Fine;
}

void add_encode(CLI::App& events, Exit& exit) {
  auto options = std::make_shared<EncodeOptions>();
  auto* command = events.add_subcommand(
      "encode", "Read events as JSON lines and write them as the audit backends do");
  command
      ->add_option("--format", options->format,
                   "json: a log's lines; legacy: its legacy lines; list: one EventList")
      ->check(CLI::IsMember({"json", "legacy", "list"}))
      ->capture_default_str();
  command->add_option("FILE", options->files, "Files to read; - or none is standard input");
  command->callback([options, &exit] { exit = encode(*options); });
}

}  // namespace

void add_events_commands(CLI::App& app, Exit& exit) {
  auto* events = app.add_subcommand("events", "Work with audit events");
  events->require_subcommand(1);
  add_encode(*events, exit);
}

}  // namespace kaudit::cli
