#include "cli/policy/policy_eval.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>
#include <sstream>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/text/trim.hpp"
#include "cli/policy/policy_command.hpp"
#include "cli/policy/policy_file.hpp"
#include "cli/policy/policy_request.hpp"
#include "cli/read_input.hpp"
#include "policy/evaluator.hpp"

namespace kaudit::cli {
namespace {

void append_decision(std::string& out, std::string_view id, const audit::Decision& decision) {
  std::vector<std::string_view> stages;
  for (const audit::Stage stage : audit::kAllStages) {
    if (decision.omit_stages.contains(stage)) stages.push_back(to_string(stage));
  }
  std::ranges::sort(stages);
  out += R"({"id":)";
  out += id;
  out += R"(,"rule":)" + std::to_string(decision.rule) + R"(,"level":")";
  out += to_string(decision.level);
  out += R"(","omitStages":[)";
  for (const std::string_view stage : stages) {
    if (out.back() != '[') out += ',';
    out += '"';
    out += stage;
    out += '"';
  }
  out += R"(],"omitManagedFields":)";
  out += decision.omit_managed_fields ? "true}\n" : "false}\n";
}

Exit evaluate_lines(std::istream& in, const audit::Evaluator& evaluator) {
  Exit exit = Exit::Fine;
  std::string line;
  std::string out;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (is_blank_line(line)) continue;
    const auto request = PolicyRequest::parse(line);
    if (!request) {
      std::fprintf(stderr, "line %zu: %s\n", number, request.error().message.c_str());
      exit = Exit::Findings;
      continue;
    }
    out.clear();
    append_decision(out, request->id(), evaluator.evaluate(request->attributes()));
    std::fwrite(out.data(), 1, out.size(), stdout);
  }
  return exit;
}

}  // namespace

Exit policy_eval(const PolicyEvalOptions& options) {
  const LoadedFile loaded = load_policy(options.policy);
  if (!loaded.policy) return loaded.exit;
  const auto evaluator = policy::compile(*loaded.policy);

  if (options.requests == "-") return evaluate_lines(std::cin, *evaluator);
  const Result<std::string> requests = read_input(options.requests);
  if (!requests) {
    std::fprintf(stderr, "kaudit: %s\n", requests.error().message.c_str());
    return Exit::Usage;
  }
  std::istringstream in(*requests);
  return evaluate_lines(in, *evaluator);
}

void add_policy_eval(CLI::App& policy, Exit& exit) {
  auto options = std::make_shared<PolicyEvalOptions>();
  CLI::App* command = policy.add_subcommand(
      "eval", "Say at which level each request would be recorded, and by which rule");
  command->add_option("--policy", options->policy, "Policy file (- is stdin)")->required();
  command
      ->add_option("--requests", options->requests, "Requests, one JSON object a line (- is stdin)")
      ->required();
  command->callback([options, &exit] { exit = policy_eval(*options); });
}

}  // namespace kaudit::cli
