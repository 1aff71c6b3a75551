// `kaudit log tail`: the end of a log, and what comes after it.
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "base/files/colours.hpp"
#include "cli/log/event_line.hpp"
#include "cli/log/input/event_input.hpp"
#include "cli/log/input/event_question.hpp"
#include "cli/log/log_group.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

struct LogTailOptions {
  EventInputOptions input;
  std::string where;
  std::string colour = "auto";
  std::string output = "lines";
  std::uint64_t lines = 10;
  Zone zone = Zone::Utc;
};

LineColour colour_of_tail(const std::string& when) {
  if (when != "auto") return when == "always" ? LineColour::Yes : LineColour::No;
  return takes_colours(stdout) ? LineColour::Yes : LineColour::No;
}

Exit log_tail(LogTailOptions options) {
  auto question = EventQuestion::read(options.where);
  if (!question) return Exit::Usage;
  const LineColour colour = colour_of_tail(options.colour);
  const bool follow = options.input.follow;
  options.input.last_lines = options.lines;
  const auto show = [&](const FoundEvent& found) {
    if (!question->load(found.json) || !question->matches()) return true;
    std::string line;
    if (options.output == "json") {
      line.append(found.json) += '\n';
      print_json(line);
    } else {
      append_event_line(line, question->event(), options.zone, colour);
      print_as_is(line);
    }
    if (follow) std::fflush(stdout);
    return true;
  };
  if (follow) return read_events(options.input, show).exit;
  // Without -f: the last events of what there is.
  std::deque<std::string> last;
  const EventInputResult read = read_events(options.input, [&](const FoundEvent& found) {
    if (!question->load(found.json) || !question->matches()) return true;
    if (options.lines == 0) return true;
    if (last.size() == options.lines) last.pop_front();
    last.emplace_back(found.json);
    return true;
  });
  for (const std::string& json : last) show({json, "", 0});
  return read.exit;
}

}  // namespace

void add_log_tail(CLI::App& log, Exit& exit) {
  auto options = std::make_shared<LogTailOptions>();
  CLI::App* command = log.add_subcommand(
      "tail", "Show the last events, and with -f those that come, through rotation");
  command->add_flag("-f,--follow", options->input.follow, "Wait for more, until interrupted");
  command->add_option("-n,--lines", options->lines, "With how many events to begin")
      ->check(CLI::Range(0, 100'000));
  command->add_option("--where", options->where, "Only events that this expression finds")
      ->type_name("EXPR");
  command->add_option("--color", options->colour, "auto (on a terminal), always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
  command->add_option("-o,--output", options->output, "lines, or json (the events as they are)")
      ->check(CLI::IsMember({"lines", "json"}))
      ->type_name("FORMAT");
  add_zone_option(*command, options->zone);
  add_log_files(*command, options->input);
  command->callback([options, &exit] { exit = log_tail(*options); });
}

}  // namespace kaudit::cli
