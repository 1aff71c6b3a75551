// `kaudit events explain`: a log request by request, and the rule that made its events.
#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include "cli/events/events_group.hpp"
#include "cli/events/story_output.hpp"
#include "cli/line_reader.hpp"
#include "cli/policy/input/policy_file.hpp"
#include "cli/read_input.hpp"
#include "cli/report_format.hpp"
#include "cli/standard_output.hpp"
#include "policy/evaluator.hpp"
#include "policy/lint/check.hpp"

namespace kaudit::cli {
namespace {

struct EventsExplainOptions {
  std::string log;
  std::string policy;
  bool follow = false;
  ReportFormat format = ReportFormat::Text;
};

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

extern "C" void on_interrupt(int /*signal*/) { interrupted = true; }

/// SIGINT and SIGTERM end the following, so that what is not finished is still shown.
void follow_until_interrupted() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

Exit tell_stories(LineReader& lines, StoryTeller& teller, const EventsExplainOptions& options) {
  constexpr std::uint64_t kToldLines = 10;
  std::uint64_t refused = 0;
  for (std::uint64_t number = 1; !printing_failed(); ++number) {
    const auto line = lines.next();
    if (!line) {
      complain(line.error().message);
      return Exit::Usage;
    }
    if (!*line) break;
    if ((*line)->find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto read = teller.read(**line);
    if (!read && ++refused <= kToldLines) {
      complain(options.log + ":" + std::to_string(number) +
               ": not an event: " + read.error().message);
    }
  }
  teller.finish();
  if (refused > kToldLines) {
    complain(std::to_string(refused - kToldLines) + " more lines are not events");
  }
  return refused == 0 ? Exit::Fine : Exit::Findings;
}

Exit events_explain(const EventsExplainOptions& options) {
  std::optional<StoryPolicy> policy;
  std::shared_ptr<const audit::Evaluator> evaluator;
  if (!options.policy.empty()) {
    LoadedFile loaded = load_policy(options.policy);
    if (!loaded.policy) return loaded.exit;
    const auto text = read_input(options.policy, policy::lint::kMaxBytes);
    policy = StoryPolicy{*std::move(loaded.policy), text.value_or("")};
    evaluator = policy::compile(policy->policy);
  }
  if (options.follow) follow_until_interrupted();
  auto lines =
      options.follow ? LineReader::follow(options.log, interrupted) : LineReader::open(options.log);
  if (!lines) {
    complain(lines.error().message);
    return Exit::Usage;
  }
  StoryTeller teller(evaluator.get(), [&](const RequestStory& story) {
    const StoryPolicy* const held_against = policy ? &*policy : nullptr;
    std::string out;
    switch (options.format) {
      case ReportFormat::Text:
        append_story_text(out, story, held_against);
        print(out);
        break;
      case ReportFormat::Json:
        append_story_json(out, story, held_against);
        print_json(out);
        break;
    }
    if (options.follow) std::fflush(stdout);
  });
  return tell_stories(*lines, teller, options);
}

}  // namespace

void add_events_explain(CLI::App& events, Exit& exit) {
  auto options = std::make_shared<EventsExplainOptions>();
  CLI::App* command = events.add_subcommand(
      "explain", "Show a log request by request: the events of each, and the rule that made them");
  command->footer(
      "A request is shown when its last event comes; one that has none in the log, at the end. "
      "With --follow a log that is rotated is followed on. Exit code: 1 when lines are not events, "
      "2 when the log or the policy cannot be read.");
  command->add_option("LOG", options->log, "Audit log, JSON lines (- is stdin)")->required();
  command
      ->add_option("--policy", options->policy,
                   "The policy that the log was made with: name the rules")
      ->type_name("FILE");
  command->add_flag("-f,--follow", options->follow, "Wait for more, until interrupted");
  add_format_option(*command, options->format, "For people, or one JSON object a request");
  command->callback([options, &exit] { exit = events_explain(*options); });
}

}  // namespace kaudit::cli
