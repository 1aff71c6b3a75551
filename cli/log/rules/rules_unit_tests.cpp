// `kaudit log rules test`: unit tests of rules.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "audit/rules/rule_engine.hpp"
#include "base/text/quote.hpp"
#include "cli/log/figures/written_file.hpp"
#include "cli/log/rules/rule_files.hpp"
#include "cli/log/rules/rule_test_file.hpp"
#include "cli/log/rules/rules_group.hpp"
#include "cli/policy/input/policy_file.hpp"
#include "cli/policy/output/junit.hpp"
#include "cli/read_input.hpp"
#include "cli/report_format.hpp"
#include "cli/standard_output.hpp"
#include "policy/evaluator.hpp"

namespace kaudit::cli {
namespace {

using RulesTestJson = nlohmann::ordered_json;

struct RulesTestOptions {
  std::vector<std::string> rules;
  std::vector<std::string> tests;
  std::string policy;
  std::string junit;
  bool falco_compat = false;
  ReportFormat format = ReportFormat::Text;
};

struct RuleTestOutcome {
  const RuleTest* test;
  std::vector<std::string> failures;
};

bool is_rule(const audit::rules::RuleSet& rules, const std::string& name) {
  const auto titled = [&](const auto& rule) { return rule.title == name; };
  return std::ranges::any_of(rules.falco(),
                             [&](const auto& ready) { return ready.rule.name == name; }) ||
         std::ranges::any_of(rules.sigma().rules, titled) ||
         std::ranges::any_of(rules.sigma().correlations, titled);
}

std::string times_text(std::uint64_t times) {
  return std::to_string(times) + (times == 1 ? " time" : " times");
}

RuleTestOutcome run_rule_test(const RuleTest& test, const audit::rules::RuleSet& rules) {
  RuleTestOutcome outcome{&test, {}};
  std::map<std::string, std::uint64_t> met;
  audit::rules::RuleEngine engine(rules);
  for (const std::string& event : test.events) {
    if (!engine.process(event,
                        [&](audit::rules::RuleAlert& alert) { ++met[std::string(alert.rule)]; })) {
      outcome.failures.emplace_back("an event of the test is not an object");
    }
  }
  for (const auto& [rule, times] : test.expected) {
    const std::uint64_t was = met.contains(rule) ? met[rule] : 0;
    if (!is_rule(rules, rule)) {
      outcome.failures.push_back("there is no rule " + go_quoted(rule));
    } else if (times ? was != *times : was == 0) {
      outcome.failures.push_back("rule " + go_quoted(rule) + " was met " + times_text(was) +
                                 ", not " + (times ? times_text(*times) : "at least once") +
                                 (test.events.empty() ? ": the policy leaves no event" : ""));
    }
  }
  for (const auto& [rule, times] : met) {
    if (test.exact && !test.expected.contains(rule)) {
      outcome.failures.push_back("rule " + go_quoted(rule) + " was met, and is not expected");
    }
  }
  return outcome;
}

void print_outcomes(const std::vector<RuleTestOutcome>& outcomes, ReportFormat format) {
  std::string out;
  std::size_t failed = 0;
  for (const RuleTestOutcome& outcome : outcomes) {
    const RuleTest& test = *outcome.test;
    if (!outcome.failures.empty()) ++failed;
    if (format == ReportFormat::Json) {
      const RulesTestJson json = {{"file", test.file},
                                  {"line", test.line},
                                  {"name", test.name},
                                  {"passed", outcome.failures.empty()},
                                  {"failures", outcome.failures}};
      out += json.dump(-1, ' ', false, RulesTestJson::error_handler_t::replace) + "\n";
      continue;
    }
    out += (outcome.failures.empty() ? "ok    " : "FAIL  ") + visible(test.name);
    if (!outcome.failures.empty()) {
      out += "  (" + visible(test.file) + ":" + std::to_string(test.line) + ")";
    }
    out += '\n';
    for (const std::string& failure : outcome.failures) out += "        " + failure + "\n";
  }
  if (format == ReportFormat::Json) {
    print_json(out);
    return;
  }
  out +=
      std::to_string(outcomes.size() - failed) + " passed, " + std::to_string(failed) + " failed\n";
  print(out);
}

Result<void> write_rules_junit(const RulesTestOptions& options,
                               const std::vector<RuleTestOutcome>& outcomes) {
  std::vector<JunitCase> cases;
  for (const RuleTestOutcome& outcome : outcomes) {
    cases.push_back({outcome.test->file, outcome.test->name, outcome.failures});
  }
  return write_text_file(options.junit, junit_xml("kaudit log rules test", cases));
}

Exit rules_test(RulesTestOptions options) {
  std::shared_ptr<const audit::Evaluator> evaluator;
  if (!options.policy.empty()) {
    const LoadedFile loaded = load_policy(options.policy);
    if (!loaded.policy) return Exit::Usage;
    evaluator = policy::compile(*loaded.policy);
  }
  std::vector<RuleTestFile> files;
  for (const std::string& name : options.tests) {
    const auto text = read_at_most(name, kMostAtOnce, "split the file");
    auto tests = text ? read_rule_tests(*text, name, evaluator) : tl::unexpected(text.error());
    if (!tests) {
      complain(tests.error().message);
      return Exit::Usage;
    }
    for (const std::string& rules : tests->rules) {
      if (std::ranges::find(options.rules, rules) == options.rules.end()) {
        options.rules.push_back(rules);
      }
    }
    files.push_back(*std::move(tests));
  }
  if (options.rules.empty()) {
    complain("log rules test: of which rules? -r FILE, or rules: [FILE] in the file of tests");
    return Exit::Usage;
  }
  audit::rules::RuleSet rules(options.falco_compat ? audit::search::Quirks::Falco
                                                   : audit::search::Quirks::Repaired);
  if (!read_rule_files(options.rules, rules)) return Exit::Usage;
  if (complain_of_rules(rules) != Exit::Fine) return Exit::Usage;
  std::vector<RuleTestOutcome> outcomes;
  for (const RuleTestFile& file : files) {
    for (const RuleTest& test : file.tests) outcomes.push_back(run_rule_test(test, rules));
  }
  if (options.junit != "-") print_outcomes(outcomes, options.format);
  if (!options.junit.empty()) {
    if (const auto written = write_rules_junit(options, outcomes); !written) {
      complain(written.error().message);
      return Exit::Usage;
    }
  }
  const bool passed = std::ranges::all_of(
      outcomes, [](const RuleTestOutcome& outcome) { return outcome.failures.empty(); });
  return passed ? Exit::Fine : Exit::Findings;
}

}  // namespace

void add_rules_test(CLI::App& rules, Exit& exit) {
  auto options = std::make_shared<RulesTestOptions>();
  CLI::App* command = rules.add_subcommand("test", "Run unit tests of rules, written in YAML");
  command->footer(
      "A test: {name: an exec is noticed, request: 'GET /api/v1/namespaces/x/pods/p/exec --as "
      "alice', expect: [Attach/Exec Pod]}; instead of request there may be an event, or events, "
      "and "
      "beside it a body and a code. expect is a list of the rules that must be met, and no others, "
      "or a map of rules and numbers.\n"
      "Exit code: 1 when a test fails, 2 when a file does not load.");
  command->add_option("-r,--rules", options->rules, "A rule file; may come again")
      ->allow_extra_args(false)
      ->type_name("FILE");
  command
      ->add_option("--policy", options->policy,
                   "The policy that makes events of requests; without one all is recorded")
      ->type_name("FILE");
  command->add_option("TESTS", options->tests, "Files of tests (- is stdin)")->required();
  command->add_option("--junit", options->junit, "Also write JUnit XML to this file (- is stdout)")
      ->type_name("FILE");
  command->add_flag("--falco-compat", options->falco_compat,
                    "Read fields as Falco's k8saudit plugin does, faults and all");
  add_format_option(*command, options->format, "For people, or one JSON line a test");
  command->callback([options, &exit] { exit = rules_test(*options); });
}

}  // namespace kaudit::cli
