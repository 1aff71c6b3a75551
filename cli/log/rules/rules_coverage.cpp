// `kaudit log rules coverage`: which rules a policy starves.
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/json/json_text.hpp"
#include "cli/log/rules/judged_rules.hpp"
#include "cli/log/rules/rule_files.hpp"
#include "cli/log/rules/rules_group.hpp"
#include "cli/policy/figures.hpp"
#include "cli/policy/input/policy_file.hpp"
#include "cli/report_format.hpp"
#include "cli/standard_output.hpp"
#include "cli/text_table.hpp"

namespace kaudit::cli {
namespace {

struct RulesCoverageOptions {
  std::vector<std::string> files;
  std::string policy;
  ReportFormat format = ReportFormat::Text;
};

/// How a rule fares under the policy.
std::string_view fate_of(const JudgedRule& without, const JudgedRule& with) {
  if (!without.can_fire) return "never fires";
  if (!with.can_fire) return "starved";
  for (const RuleFinding& finding : with.findings) {
    if (finding.code == RuleCode::AlwaysTrue) return "fires falsely";
    if (finding.code == RuleCode::NotRecorded) return "in part";
  }
  return "covered";
}

std::string reason_of(const JudgedRule& rule) {
  for (const RuleFinding& finding : rule.findings) {
    if (finding.code == RuleCode::NotRecorded || finding.code == RuleCode::AlwaysTrue) {
      return finding.message;
    }
  }
  for (const RuleFinding& finding : rule.findings) {
    if (!rule.can_fire) return finding.message;
  }
  return "";
}

Exit rules_coverage(const RulesCoverageOptions& options) {
  const LoadedFile loaded = load_policy(options.policy);
  if (!loaded.policy) return Exit::Usage;
  const RecordedByPolicy policy(*loaded.policy);
  audit::rules::RuleSet rules(audit::search::Quirks::Repaired);
  if (!read_rule_files(options.files, rules)) return Exit::Usage;
  if (complain_of_rules(rules) != Exit::Fine) return Exit::Usage;
  const auto without = judged_rules(rules, nullptr);
  const auto with = judged_rules(rules, &policy);
  std::string json;
  TextTable table;
  table.add_row({"COVERAGE", "PRIORITY", "RULE", "WHY"});
  std::size_t starved = 0;
  for (std::size_t i = 0; i < with.size(); ++i) {
    const std::string fate(fate_of(without[i], with[i]));
    if (fate == "starved") ++starved;
    const auto member = [&json](const char* name, std::string_view value) {
      json += name;
      append_json_string(json, value);
    };
    member("{\"file\":", with[i].place.file);
    json += ",\"line\":" + std::to_string(with[i].place.line);
    member(",\"rule\":", with[i].name);
    member(",\"source\":", with[i].source);
    member(",\"priority\":", with[i].priority);
    member(",\"coverage\":", fate);
    member(",\"reason\":", reason_of(with[i]));
    json += "}\n";
    table.add_row({fate, with[i].priority, with[i].name, reason_of(with[i])});
  }
  if (options.format == ReportFormat::Json) {
    print_json(json);
  } else {
    std::string out;
    table.append_to(out);
    out += counted(with.size(), "rule") + ", " + std::to_string(starved) +
           " of them starved by the policy\n";
    print(out);
  }
  return starved == 0 ? Exit::Fine : Exit::Findings;
}

}  // namespace

void add_rules_coverage(CLI::App& rules, Exit& exit) {
  auto options = std::make_shared<RulesCoverageOptions>();
  CLI::App* command =
      rules.add_subcommand("coverage", "Show which rules a policy leaves without their events");
  command->footer(
      "covered; starved: cannot fire under the policy; in part: one of its alternatives cannot; "
      "fires falsely: what it excludes is not recorded; never fires: under no policy.\n"
      "Exit code: 1 when a rule is starved, 2 when a file does not load.");
  command->add_option("--policy", options->policy, "The policy")->required()->type_name("FILE");
  add_format_option(*command, options->format, "For people, or one JSON line a rule");
  command->add_option("-r,--rules,FILE", options->files, "Rule files, Falco's or Sigma's")
      ->required()
      ->type_name("FILE");
  command->callback([options, &exit] { exit = rules_coverage(*options); });
}

}  // namespace kaudit::cli
