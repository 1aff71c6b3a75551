#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "audit/decoder.hpp"
#include "audit/encoder.hpp"
#include "base/text/quote.hpp"
#include "cli/events/events_group.hpp"
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

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\v\f") == std::string_view::npos;
}

/// Events as JSON lines in, the bytes of a log or of a webhook's body out. A line that is refused
/// is named on stderr and left out.
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
      if (is_blank(**line)) continue;
      if (auto event = audit::decode_event(**line)) {
        write(*event);
      } else {
        refuse(prefix + "line " + std::to_string(number), event.error());
      }
      if (auto written = output_.flush_when_full(); !written) return written;
    }
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
  Result<void> result;
  for (const std::string& file : options.files) {
    result = encoder.encode_file(file, options.files.size() > 1 ? file + ": " : "");
    if (!result) break;
  }
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
      "encode", "Read events as JSON lines and write them as the audit backends do");
  command
      ->add_option("--format", options->format,
                   "json: a log's lines; legacy: its legacy lines; list: one EventList")
      ->check(CLI::IsMember({"json", "legacy", "list"}))
      ->capture_default_str();
  command->add_option("FILE", options->files, "Files to read; - or none is standard input");
  command->callback([options, &exit] { exit = encode(*options); });
}

}  // namespace kaudit::cli
