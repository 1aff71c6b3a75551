// `kaudit log filter`: a policy after the fact.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "audit/strip_managed_fields.hpp"
#include "cli/log/convert/event_upgrade.hpp"
#include "cli/log/convert/event_writer.hpp"
#include "cli/log/convert/redaction.hpp"
#include "cli/log/input/event_input.hpp"
#include "cli/log/input/event_question.hpp"
#include "cli/log/log_group.hpp"
#include "cli/policy/input/event_attributes.hpp"
#include "cli/policy/input/policy_file.hpp"
#include "cli/standard_output.hpp"
#include "policy/evaluator.hpp"

namespace kaudit::cli {
namespace {

using audit::Level;

struct LogFilterOptions {
  EventInputOptions input;
  std::string policy;
  std::string where;
  std::vector<std::string> redact;
  bool summary = false;
};

struct FilterCounts {
  std::uint64_t kept = 0;
  std::uint64_t dropped = 0;
  std::uint64_t lowered = 0;
  std::uint64_t refused = 0;
};

/// Carries the policy's decision out on an event that is there: it can take away, never add. False:
/// it would not have been recorded.
bool apply_policy(audit::Event& event, const audit::Evaluator& evaluator, FilterCounts& counts) {
  const RequestAttributes attributes = attributes_of(event);
  const audit::Decision decision = evaluator.evaluate(attributes.view());
  if (decision.level == Level::None) return false;
  const auto stage = audit::parse_stage(event.stage);
  if (stage && decision.omit_stages.contains(*stage)) return false;
  const auto level = audit::parse_level(event.level);
  if (!level || decision.level < *level) {
    event.level = decision.level;
    ++counts.lowered;
  }
  if (decision.level < Level::Request) event.request_object = RawJson();
  if (decision.level < Level::RequestResponse) event.response_object = RawJson();
  if (decision.omit_managed_fields) {
    event.request_object = audit::without_managed_fields(event.request_object);
    event.response_object = audit::without_managed_fields(event.response_object);
  }
  return true;
}

Exit log_filter(const LogFilterOptions& options) {
  std::shared_ptr<const audit::Evaluator> evaluator;
  if (!options.policy.empty()) {
    const LoadedFile loaded = load_policy(options.policy);
    if (!loaded.policy) return Exit::Usage;
    evaluator = policy::compile(*loaded.policy);
  }
  Redaction redaction;
  for (const std::string& text : options.redact) {
    if (const auto added = redaction.add(text); !added) {
      complain(added.error().message);
      return Exit::Usage;
    }
  }
  auto question = EventQuestion::read(options.where);
  if (!question) return Exit::Usage;
  if (!evaluator && redaction.empty() && options.where.empty()) {
    complain("log filter: by what? --policy FILE, --redact WHAT, --where EXPR");
    return Exit::Usage;
  }
  EventWriter writer(EventForm::JsonLines);
  FilterCounts counts;
  bool written = true;
  const EventInputResult read = read_events(options.input, [&](const FoundEvent& found) {
    if (!question->load(found.json) || !question->matches()) {
      ++counts.dropped;
      return true;
    }
    auto event = upgraded_event(found.json);
    if (!event) {
      constexpr std::uint64_t kMostSaid = 20;
      if (++counts.refused <= kMostSaid) {
        complain(std::string(found.file) + ":" + std::to_string(found.line) +
                 ": not an event: " + event.error().message);
      }
      return true;
    }
    if (evaluator && !apply_policy(event->event, *evaluator, counts)) {
      ++counts.dropped;
      return true;
    }
    redaction.apply(event->event);
    ++counts.kept;
    const auto added = writer.add(event->event);
    if (!added) complain(added.error().message);
    written = added.has_value();
    return written;
  });
  const auto finished = writer.finish();
  if (options.summary) {
    complain(std::to_string(counts.kept) + " events kept, " + std::to_string(counts.lowered) +
             " of them at a lower level; " + std::to_string(counts.dropped) + " dropped");
  }
  if (read.exit != Exit::Fine || !written || !finished) return Exit::Usage;
  return counts.refused == 0 ? Exit::Fine : Exit::Findings;
}

}  // namespace

void add_log_filter(CLI::App& log, Exit& exit) {
  auto options = std::make_shared<LogFilterOptions>();
  CLI::App* command = log.add_subcommand(
      "filter", "Apply a policy to a log after the fact, and take out what is secret");
  command->footer(
      "A policy can drop events and lower their level; what was not recorded stays so. "
      "Exit code: 1 when something is not an event, 2 when a file cannot be read.");
  command->add_option("--policy", options->policy, "Keep what this policy records, at its level")
      ->type_name("FILE");
  command
      ->add_option(
          "--redact", options->redact,
          "Take values out of bodies, like 'secrets: data.*, stringData.*'; may come again")
      ->allow_extra_args(false)
      ->type_name("WHAT");
  command->add_option("--where", options->where, "Keep what this expression finds")
      ->type_name("EXPR");
  command->add_flag("--summary", options->summary, "Say on stderr how many were kept and dropped");
  add_log_files(*command, options->input);
  command->callback([options, &exit] { exit = log_filter(*options); });
}

}  // namespace kaudit::cli
