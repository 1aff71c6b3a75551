// `kaudit policy test`: unit tests of a policy.
#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text/quote.hpp"
#include "cli/policy/input/named_resource.hpp"
#include "cli/policy/input/policy_file.hpp"
#include "cli/policy/input/policy_test_file.hpp"
#include "cli/policy/output/junit.hpp"
#include "cli/policy/policy_command.hpp"
#include "cli/read_input.hpp"
#include "cli/report_format.hpp"
#include "cli/standard_output.hpp"
#include "policy/describe.hpp"
#include "policy/evaluator.hpp"

namespace kaudit::cli {
namespace {

using OrderedJson = nlohmann::ordered_json;

struct PolicyTestOptions {
  std::string policy;
  std::vector<std::string> tests;
  std::string junit;
  ReportFormat format = ReportFormat::Text;
};

/// What came of one test.
struct Outcome {
  std::string file;
  const PolicyTest* test;
  std::vector<std::pair<std::string, std::string>> failures;  // request, what is wrong
};

std::string place(const Outcome& outcome) {
  return visible(outcome.file) + ":" + std::to_string(outcome.test->position.line);
}

Outcome run(const PolicyTest& test, std::string file, const policy::Policy& policy,
            const audit::Evaluator& evaluator) {
  Outcome outcome{std::move(file), &test, {}};
  for (const TestRequest& request : test.requests) {
    const audit::Attributes view = request.attributes.view();
    for (const std::string& doubt : doubts_of(request.attributes)) {
      complain("warning: " + place(outcome) + ": " + request.text + ": " + doubt);
    }
    const audit::Decision decision = evaluator.evaluate(view);
    for (const std::string& failure : test.expected.failures(decision, view)) {
      outcome.failures.emplace_back(request.text,
                                    failure + ": " + policy::describe(decision, policy));
    }
  }
  return outcome;
}

void append_text(std::string& out, const std::vector<Outcome>& outcomes) {
  for (const Outcome& outcome : outcomes) {
    if (outcome.failures.empty()) {
      out += "ok    " + visible(outcome.test->name) + "\n";
      continue;
    }
    out += "FAIL  " + visible(outcome.test->name) + "  (" + place(outcome) + ")\n";
    for (const auto& [request, failure] : outcome.failures) {
      out += "        " + visible(request) + "\n          " + visible(failure) + "\n";
    }
  }
  const auto failed = std::ranges::count_if(
      outcomes, [](const Outcome& outcome) { return !outcome.failures.empty(); });
  out += std::to_string(static_cast<std::ptrdiff_t>(outcomes.size()) - failed) + " passed, " +
         std::to_string(failed) + " failed\n";
}

void append_json_lines(std::string& out, const std::vector<Outcome>& outcomes) {
  for (const Outcome& outcome : outcomes) {
    OrderedJson failures = OrderedJson::array();
    for (const auto& [request, failure] : outcome.failures) {
      failures.push_back({{"request", request}, {"message", failure}});
    }
    const OrderedJson json = {{"file", outcome.file},
                              {"line", outcome.test->position.line},
                              {"name", outcome.test->name},
                              {"passed", outcome.failures.empty()},
                              {"failures", std::move(failures)}};
    out += json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
  }
}

Result<void> write_junit(const PolicyTestOptions& options, const std::vector<Outcome>& outcomes) {
  std::vector<JunitCase> cases;
  for (const Outcome& outcome : outcomes) {
    JunitCase test{outcome.file, outcome.test->name, {}};
    for (const auto& [request, failure] : outcome.failures) {
      test.failures.push_back(request + ": " + failure);
    }
    cases.push_back(std::move(test));
  }
  const std::string xml = junit_xml(options.policy, cases);
  if (options.junit == "-") {
    print_as_is(xml);
    return {};
  }
  std::ofstream file(options.junit, std::ios::binary);
  file << xml;
  file.close();
  if (!file) return fail("cannot write " + options.junit);
  return {};
}

Exit fail_with(const Error& error, Exit exit) {
  complain(error.message);
  return exit;
}

Exit policy_test(const PolicyTestOptions& options) {
  const LoadedFile loaded = load_policy(options.policy);
  if (!loaded.policy) return loaded.exit;
  const auto evaluator = policy::compile(*loaded.policy);

  std::vector<std::vector<PolicyTest>> files;
  for (const std::string& name : options.tests) {
    const auto text = read_at_most(name, kMostAtOnce, "split the file");
    if (!text) return fail_with(text.error(), Exit::Usage);
    auto tests = read_policy_tests(*text, name);
    if (!tests) return fail_with(tests.error(), Exit::Usage);
    files.push_back(*std::move(tests));
  }
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (const PolicyTest& test : files[i]) {
      outcomes.push_back(run(test, options.tests[i], *loaded.policy, *evaluator));
    }
  }

  std::string out;
  // With --junit - the report itself is what goes to stdout.
  if (options.junit != "-") {
    switch (options.format) {
      case ReportFormat::Text:
        append_text(out, outcomes);
        print(out);
        break;
      case ReportFormat::Json:
        append_json_lines(out, outcomes);
        print_json(out);
        break;
    }
  }
  if (!options.junit.empty()) {
    if (auto written = write_junit(options, outcomes); !written) {
      return fail_with(written.error(), Exit::Usage);
    }
  }
  const bool passed = std::ranges::all_of(
      outcomes, [](const Outcome& outcome) { return outcome.failures.empty(); });
  return passed ? Exit::Fine : Exit::Findings;
}

}  // namespace

void add_policy_test(CLI::App& policy, Exit& exit) {
  auto options = std::make_shared<PolicyTestOptions>();
  CLI::App* command = policy.add_subcommand("test", "Run unit tests of a policy, written in YAML");
  command->footer(
      "A test: {name: no bodies of Secrets, request: GET /api/v1/namespaces/x/secrets/s --as "
      "alice, "
      "expect: {atMost: Metadata}}\nexpect has level, atLeast, atMost, stages, rule, "
      "omitManagedFields; instead of request there may be a list of requests.");
  command->add_option("FILE", options->policy, "Policy file")->required();
  command->add_option("TESTS", options->tests, "Files of tests (- is stdin)")->required();
  command->add_option("--junit", options->junit, "Also write JUnit XML to this file (- is stdout)")
      ->type_name("FILE");
  add_format_option(*command, options->format, "For people, or one JSON line a test");
  command->callback([options, &exit] { exit = policy_test(*options); });
}

}  // namespace kaudit::cli
