// `kaudit events explain`: a log request by request, and the rule that made its events.
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include "audit/reader/log_reader.hpp"
#include "base/files/byte_source.hpp"
#include "cli/events/events_group.hpp"
#include "cli/events/story_output.hpp"
#include "cli/followed_file.hpp"
#include "cli/policy/input/policy_file.hpp"
#include "cli/read_input.hpp"
#include "cli/report_format.hpp"
#include "cli/standard_output.hpp"
#include "policy/evaluator.hpp"
#include "policy/lint/check.hpp"

namespace kaudit::cli {
namespace {

using audit::reader::EntryKind;
using audit::reader::LogEntry;
using audit::reader::LogReader;

struct EventsExplainOptions {
  std::string log;
  std::string policy;
  bool follow = false;
  ReportFormat format = ReportFormat::Text;
};

Exit tell_stories(LogReader& reader, StoryTeller& teller) {
  constexpr std::uint64_t kToldLines = 10;
  std::uint64_t refused = 0;
  while (const LogEntry* const entry = printing_failed() ? nullptr : reader.next()) {
    if (entry->kind == EntryKind::Unreadable) {
      complain(std::string(entry->reason));
      return Exit::Usage;
    }
    std::string why(entry->reason);
    if (entry->kind == EntryKind::Event) {
      const auto event = audit::reader::decode_entry(*entry);
      const auto read = event ? teller.read(*event) : Result<void>(fail(event.error().message));
      if (read) continue;
      why = read.error().message;
    }
    if (++refused <= kToldLines) {
      complain(std::string(entry->file) + ":" + std::to_string(entry->line) +
               ": not an event: " + why);
    }
  }
  teller.finish();
  if (refused > kToldLines) {
    complain(std::to_string(refused - kToldLines) + " more lines are not events");
  }
  return refused == 0 ? Exit::Fine : Exit::Findings;
}

/// The log, followed if that is asked for.
Result<LogReader> open_log(const EventsExplainOptions& options) {
  if (!options.follow) return LogReader({options.log});
  auto source = follow_until_interrupted(options.log);
  if (!source) return tl::unexpected(source.error());
  return LogReader(*std::move(source), options.log);
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
  auto reader = open_log(options);
  if (!reader) {
    complain(reader.error().message);
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
  return tell_stories(*reader, teller);
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
  command
      ->add_option("LOG", options->log,
                   "Audit log, or a folder of its rotated files (- is stdin), in any form")
      ->required();
  command
      ->add_option("--policy", options->policy,
                   "The policy that the log was made with: name the rules")
      ->type_name("FILE");
  command->add_flag("-f,--follow", options->follow, "Wait for more, until interrupted");
  add_format_option(*command, options->format, "For people, or one JSON object a request");
  command->callback([options, &exit] { exit = events_explain(*options); });
}

}  // namespace kaudit::cli
