// `kaudit log convert`: events in another form, old ones as v1.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/log/convert/event_upgrade.hpp"
#include "cli/log/convert/event_writer.hpp"
#include "cli/log/input/event_input.hpp"
#include "cli/log/log_group.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

struct LogConvertOptions {
  EventInputOptions input;
  std::string to = "json";
};

constexpr std::array<std::pair<const char*, EventForm>, 5> kForms = {{
    {"json", EventForm::JsonLines},
    {"list", EventForm::List},
    {"legacy", EventForm::Legacy},
    {"csv", EventForm::Csv},
    {"otlp", EventForm::Otlp},
}};

EventForm form_of(const std::string& name) {
  for (const auto& [one, form] : kForms) {
    if (name == one) return form;
  }
  return EventForm::JsonLines;
}

Exit log_convert(const LogConvertOptions& options) {
  constexpr std::uint64_t kMostSaid = 20;
  EventWriter writer(form_of(options.to));
  std::uint64_t refused = 0;
  std::uint64_t upgraded = 0;
  std::map<std::string, std::uint64_t> lost;
  bool written = true;
  const EventInputResult read = read_events(options.input, [&](const FoundEvent& found) {
    const auto event = upgraded_event(found.json);
    if (!event) {
      if (++refused <= kMostSaid) {
        complain(std::string(found.file) + ":" + std::to_string(found.line) +
                 ": not an event: " + event.error().message);
      }
      return true;
    }
    if (event->old) ++upgraded;
    constexpr std::size_t kMostMembers = 1'000;
    for (const std::string& member : event->lost) {
      if (lost.size() < kMostMembers || lost.contains(member)) ++lost[member];
    }
    const auto added = writer.add(event->event);
    if (!added) complain(added.error().message);
    written = added.has_value();
    return written;
  });
  const auto finished = writer.finish();
  if (!finished && written) complain(finished.error().message);
  if (upgraded > 0) complain(std::to_string(upgraded) + " events were not of v1 and are now");
  for (const auto& [member, times] : lost) {
    complain("lost, as v1 has no place for it: " + member + " (of " + std::to_string(times) +
             " events)");
  }
  if (refused > kMostSaid) {
    complain(std::to_string(refused - kMostSaid) + " more are not events");
  }
  if (read.exit != Exit::Fine || !written || !finished) return Exit::Usage;
  return refused == 0 ? Exit::Fine : Exit::Findings;
}

}  // namespace

void add_log_convert(CLI::App& log, Exit& exit) {
  auto options = std::make_shared<LogConvertOptions>();
  CLI::App* command = log.add_subcommand(
      "convert", "Write events in another form; old ones (v1beta1, v1alpha1) become v1");
  command->footer(
      "What an old event has and v1 has no place for is said on stderr. Exit code: 1 when "
      "something "
      "is not an event, 2 when a file cannot be read.");
  command
      ->add_option(
          "--to", options->to,
          "json (one a line), list (an EventList), legacy, csv or otlp (OpenTelemetry's JSON)")
      ->check(CLI::IsMember({"json", "list", "legacy", "csv", "otlp"}))
      ->type_name("FORM");
  add_log_files(*command, options->input);
  command->callback([options, &exit] { exit = log_convert(*options); });
}

}  // namespace kaudit::cli
