#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "audit/decoder.hpp"
#include "audit/encoder.hpp"
#include "cli/commands.hpp"
#include "cli/line_reader.hpp"
#include "cli/output.hpp"

namespace kaudit::cli {
namespace {

enum class Format { Json, Legacy, List };

struct EncodeOptions {
  Format format = Format::Json;
  std::vector<std::string> files;
};

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

/// `kaudit events encode`: events as JSON lines in, the bytes of a log or of a webhook's body out.
class EncodeCommand {
 public:
  explicit EncodeCommand(Format format) : format_(format) {}

  Exit run(const std::vector<std::string>& files) {
    for (const std::string& file : files) {
      if (!encode_file(file, files.size() > 1 ? file + ": " : "")) return Exit::Usage;
    }
    if (format_ == Format::List) audit::append_event_list(output_.buffer(), list_);
    if (auto written = output_.flush(); !written) return fail(written.error());
    return refused_ ? Exit::Findings : Exit::Fine;
  }

 private:
  bool encode_file(const std::string& file, const std::string& prefix) {
    auto lines = LineReader::open(file);
    if (!lines) return fail(lines.error()) == Exit::Fine;
    for (std::size_t number = 1;; ++number) {
      auto line = lines->next();
      if (!line) return fail(line.error()) == Exit::Fine;
      if (!*line) return true;
      if (is_blank(**line)) continue;
      encode(**line, prefix, number);
      if (auto written = output_.flush_when_full(); !written) {
        return fail(written.error()) == Exit::Fine;
      }
    }
  }

  void encode(std::string_view line, const std::string& prefix, std::size_t number) {
    auto event = audit::decode_event(line);
    if (!event) {
      refused_ = true;
      const std::string text = prefix + "line " + std::to_string(number) + ": " +
                               std::string(to_string(event.error().error_class)) + ": " +
                               event.error().message;
      std::fprintf(stderr, "%s\n", text.c_str());
      return;
    }
    switch (format_) {
      case Format::Json:
        audit::append_event(output_.buffer(), *event);
        break;
      case Format::Legacy:
        audit::append_legacy_line(output_.buffer(), *event);
        break;
      case Format::List:
        list_.push_back(std::make_shared<const audit::Event>(std::move(*event)));
        break;
    }
  }

  static Exit fail(const Error& error) {
    std::fprintf(stderr, "kaudit: %s\n", error.message.c_str());
    return Exit::Usage;
  }

  Format format_;
  Output output_;
  std::vector<audit::EventPtr> list_;
  bool refused_ = false;
};

void add_encode(CLI::App& events, Exit& exit) {
  auto options = std::make_shared<EncodeOptions>();
  auto* encode = events.add_subcommand(
      "encode", "Read events as JSON lines and write them as the audit backends do");
  encode
      ->add_option("--format", options->format,
                   "json: a log's lines; legacy: its legacy lines; list: one EventList")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Format>{
          {"json", Format::Json}, {"legacy", Format::Legacy}, {"list", Format::List}}))
      ->default_str("json");
  encode->add_option("FILE", options->files, "Files to read; - or none is standard input");
  encode->callback([options, &exit] {
    if (options->files.empty()) options->files.emplace_back("-");
    exit = EncodeCommand(options->format).run(options->files);
  });
}

}  // namespace

void add_events_commands(CLI::App& app, Exit& exit) {
  auto* events = app.add_subcommand("events", "Work with audit events");
  events->require_subcommand(1);
  add_encode(*events, exit);
}

}  // namespace kaudit::cli
