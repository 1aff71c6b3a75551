#include "cli/policy/policy_eval.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/text/quote.hpp"
#include "base/text/trim.hpp"
#include "cli/line_reader.hpp"
#include "cli/policy/input/policy_file.hpp"
#include "cli/policy/input/policy_request.hpp"
#include "cli/policy/policy_command.hpp"
#include "cli/standard_output.hpp"
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

Result<Exit> evaluate_lines(LineReader& lines, const audit::Evaluator& evaluator) {
  Exit exit = Exit::Fine;
  Output out;
  for (std::size_t number = 1;; ++number) {
    const auto line = lines.next();
    if (!line) return tl::unexpected(line.error());
    if (!*line) break;
    if (is_blank_line(**line)) continue;
    const auto request = PolicyRequest::parse(**line);
    if (request) {
      append_decision(out.buffer(), request->id(), evaluator.evaluate(request->attributes()));
      if (auto written = out.flush_when_full(); !written) return tl::unexpected(written.error());
    } else {
      std::fprintf(stderr, "line %zu: %s\n", number, visible(request.error().message).c_str());
      exit = Exit::Findings;
    }
  }
  if (auto written = out.flush(); !written) return tl::unexpected(written.error());
  return exit;
}

}  // namespace

Exit policy_eval(const PolicyEvalOptions& options) {
  const LoadedFile loaded = load_policy(options.policy);
  if (!loaded.policy) return loaded.exit;
  const auto evaluator = policy::compile(*loaded.policy);

  auto lines = LineReader::open(options.requests);
  const Result<Exit> exit =
      lines ? evaluate_lines(*lines, *evaluator) : Result<Exit>(tl::unexpected(lines.error()));
  if (exit) return *exit;
  complain(exit.error().message);
  return Exit::Usage;
}

void add_policy_eval(CLI::App& policy, Exit& exit) {
  auto options = std::make_shared<PolicyEvalOptions>();
  CLI::App* command = policy.add_subcommand(
      "eval", "Say at which level each request would be recorded, and by which rule");
  command->add_option("--policy", options->policy, "Policy file (- is stdin)")
      ->type_name("FILE")
      ->required();
  command
      ->add_option("--requests", options->requests, "Requests, one JSON object a line (- is stdin)")
      ->type_name("FILE")
      ->required();
  command->callback([options, &exit] { exit = policy_eval(*options); });
}

}  // namespace kaudit::cli
