// `kaudit log rules check`: what can never fire, and why.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/log/rules/judged_rules.hpp"
#include "cli/log/rules/rule_files.hpp"
#include "cli/log/rules/rules_group.hpp"
#include "cli/policy/figures.hpp"
#include "cli/policy/input/policy_file.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

struct RulesCheckOptions {
  std::vector<std::string> files;
  std::string policy;
  std::string output = "text";
  std::string fail_on = "error";
};

bool counts_as_failure(RuleSeverity severity, const std::string& fail_on) {
  if (fail_on == "never") return false;
  if (fail_on == "error") return severity == RuleSeverity::Error;
  return fail_on == "info" || severity >= RuleSeverity::Warning;
}

Exit rules_check(const RulesCheckOptions& options) {
  std::optional<RecordedByPolicy> policy;
  if (!options.policy.empty()) {
    const LoadedFile loaded = load_policy(options.policy);
    if (!loaded.policy) return Exit::Usage;
    policy.emplace(*loaded.policy);
  }
  audit::rules::RuleSet rules(audit::search::Quirks::Repaired);
  const bool all_read = read_rule_files(options.files, rules);
  for (const std::string& note : rules.skipped()) complain(note);
  std::vector<RuleFinding> findings = load_findings(rules);
  std::size_t dead = 0;
  std::size_t number = 0;
  for (JudgedRule& rule : judged_rules(rules, policy ? &*policy : nullptr)) {
    ++number;
    if (!rule.can_fire) ++dead;
    std::ranges::move(rule.findings, std::back_inserter(findings));
  }
  std::string out;
  if (options.output == "json") {
    append_rule_findings_json(out, findings);
    print_json(out);
  } else if (options.output == "sarif") {
    append_rule_findings_sarif(out, findings);
    print_json(out);
  } else {
    append_rule_findings_text(out, findings);
    out += counted(number, "rule") + ", " + std::to_string(dead) + " of them can never fire\n";
    print(out);
  }
  if (!all_read) return Exit::Usage;
  return std::ranges::any_of(findings,
                             [&](const RuleFinding& finding) {
                               return counts_as_failure(finding.severity, options.fail_on);
                             })
             ? Exit::Findings
             : Exit::Fine;
}

}  // namespace

void add_rules_check(CLI::App& rules, Exit& exit) {
  auto options = std::make_shared<RulesCheckOptions>();
  CLI::App* command = rules.add_subcommand("check", "Find rules that can never fire, and say why");
  command->footer(
      "An error means that the rule can never fire. Exit code: 1 when there is an error "
      "(--fail-on), 2 when a file cannot be read.");
  command->add_option("--policy", options->policy, "Judge with the events that this policy leaves")
      ->type_name("FILE");
  command->add_option("-o,--output", options->output, "text, json (one line a finding) or sarif")
      ->check(CLI::IsMember({"text", "json", "sarif"}))
      ->type_name("FORMAT");
  command
      ->add_option("--fail-on", options->fail_on,
                   "Exit with 1 when there is a finding of this severity or above: error, warning, "
                   "info, or never")
      ->check(CLI::IsMember({"error", "warning", "info", "never"}))
      ->type_name("SEVERITY");
  command->add_option("FILE", options->files, "Rule files, Falco's or Sigma's")->required();
  command->callback([options, &exit] { exit = rules_check(*options); });
}

}  // namespace kaudit::cli
