// `kaudit log rules run`: Falco and Sigma rules over a log.
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "audit/rules/rule_engine.hpp"
#include "base/json/json_text.hpp"
#include "base/text/quote.hpp"
#include "cli/log/input/event_input.hpp"
#include "cli/log/input/time_text.hpp"
#include "cli/log/rules/falco_output.hpp"
#include "cli/log/rules/rule_files.hpp"
#include "cli/log/rules/rules_group.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

using audit::rules::RuleAlert;

struct RulesRunOptions {
  EventInputOptions input;
  std::vector<std::string> files;
  std::string output = "text";
  std::string least = "debug";
  bool falco_compat = false;
  bool summary = false;
  Zone zone = Zone::Utc;
};

/// `{"time","rule","priority","source","auditID","stage","output"}`, a line for programs.
void append_alert_json(std::string& out, const RuleAlert& alert, Zone zone) {
  const auto member = [&out](const char* name, std::string_view value) {
    out += name;
    append_json_string(out, value);
  };
  member("{\"time\":", alert.time ? time_text(alert.time, zone) : "");
  member(",\"rule\":", alert.rule);
  member(",\"priority\":", alert.priority);
  member(",\"source\":", to_string(alert.kind));
  member(",\"auditID\":", alert.audit_id);
  member(",\"stage\":", alert.stage);
  member(",\"output\":", alert.output);
  out += "}\n";
}

/// Sigma's levels beside Falco's priorities, so that one threshold serves both.
int gravity_of(const RuleAlert& alert) {
  if (alert.falco != nullptr) return static_cast<int>(alert.falco->rule.priority);
  if (alert.priority == "critical") return static_cast<int>(audit::rules::Priority::Critical);
  if (alert.priority == "high") return static_cast<int>(audit::rules::Priority::Error);
  if (alert.priority == "medium") return static_cast<int>(audit::rules::Priority::Warning);
  if (alert.priority == "low") return static_cast<int>(audit::rules::Priority::Notice);
  return static_cast<int>(audit::rules::Priority::Informational);
}

void show(const RuleAlert& alert, const RulesRunOptions& options) {
  std::string out;
  if (options.output == "json") {
    append_alert_json(out, alert, options.zone);
    print_json(out);
  } else if (options.output == "falco-json") {
    append_falco_json(out, alert);
    print_json(out);
  } else {
    append_falco_text(out, alert, options.zone);
    print(out);
  }
  if (options.input.follow) std::fflush(stdout);
}

void summarize(const audit::rules::RuleSet& rules, const audit::rules::RuleEngine& engine,
               const EventInputResult& read) {
  std::size_t index = 0;
  std::string out = std::to_string(read.events) + " events\n";
  const auto line = [&](std::string_view name) {
    const std::uint64_t count = engine.counts()[index++];
    if (count != 0) out += "  " + std::to_string(count) + "  " + visible(name) + "\n";
  };
  for (const auto& ready : rules.falco()) line(ready.rule.name);
  for (const auto& rule : rules.sigma().rules) line(rule.title);
  for (const auto& rule : rules.sigma().correlations) line(rule.title);
  std::fputs(out.c_str(), stderr);
}

Exit rules_run(const RulesRunOptions& options) {
  const auto least = audit::rules::parse_priority(options.least);
  if (!least) {
    complain("log rules run: there is no priority " + go_quoted(options.least));
    return Exit::Usage;
  }
  audit::rules::RuleSet rules(options.falco_compat ? audit::search::Quirks::Falco
                                                   : audit::search::Quirks::Repaired);
  if (!read_rule_files(options.files, rules)) return Exit::Usage;
  if (complain_of_rules(rules) != Exit::Fine) return Exit::Findings;
  audit::rules::RuleEngine engine(rules);
  const auto raise = [&](RuleAlert& alert) {
    if (gravity_of(alert) <= static_cast<int>(*least)) show(alert, options);
  };
  const EventInputResult read = read_events(options.input, [&](const FoundEvent& event) {
    engine.process(event.json, raise);
    return true;
  });
  if (options.summary) summarize(rules, engine, read);
  return read.exit;
}

}  // namespace

void add_rules_run(CLI::App& rules, Exit& exit) {
  auto options = std::make_shared<RulesRunOptions>();
  CLI::App* command = rules.add_subcommand("run", "Run rules over a log, and print their alerts");
  command->footer(
      "A rule file is Falco's (a list of rules, macros and lists; later files append and override) "
      "or Sigma's (a rule a document).\n"
      "Exit code: 0 ran, with alerts or without; 1 rules are refused; 2 a file cannot be read.");
  command->add_option("-r,--rules", options->files, "A rule file; may come again")
      ->required()
      ->allow_extra_args(false)
      ->type_name("FILE");
  command
      ->add_option("-o,--output", options->output,
                   "text (as Falco prints alerts), json (one line an alert), or falco-json (as "
                   "Falco's json_output)")
      ->check(CLI::IsMember({"text", "json", "falco-json"}))
      ->type_name("FORMAT");
  command->add_option("--priority", options->least, "Only alerts of this priority and graver ones")
      ->type_name("PRIORITY");
  command->add_flag("--falco-compat", options->falco_compat,
                    "Read fields as Falco's k8saudit plugin does, faults and all");
  command->add_flag("--summary", options->summary, "Say on stderr how often each rule was met");
  command->add_flag("-f,--follow", options->input.follow, "Wait for more, until interrupted");
  add_zone_option(*command, options->zone);
  add_log_files(*command, options->input);
  command->callback([options, &exit] { exit = rules_run(*options); });
}

}  // namespace kaudit::cli
