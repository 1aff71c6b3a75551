#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/policy_check.hpp"
#include "cli/policy_eval.hpp"

namespace kaudit::cli {
namespace {

void add_eval(CLI::App& policy, Exit& exit) {
  auto options = std::make_shared<PolicyEvalOptions>();
  CLI::App* command = policy.add_subcommand(
      "eval", "Say at which level each request would be recorded, and by which rule");
  command->add_option("--policy", options->policy, "Policy file (- is stdin)")->required();
  command
      ->add_option("--requests", options->requests, "Requests, one JSON object a line (- is stdin)")
      ->required();
  command->callback([options, &exit] { exit = policy_eval(*options); });
}

/// The command line of `check` before it is turned into PolicyCheckOptions.
struct CheckArguments {
  std::vector<std::string> files;
  bool load_only = false;
  std::string output = "text";
};

void add_check(CLI::App& policy, Exit& exit) {
  auto arguments = std::make_shared<CheckArguments>();
  CLI::App* command =
      policy.add_subcommand("check", "Say what a server would make of policy files");
  command->add_flag("--load-only", arguments->load_only,
                    "Only load and validate, as a server does at its start");
  command->add_option("--output", arguments->output, "text, or json: one line a file")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  command->add_option("FILE", arguments->files, "Policy files (- is stdin)")->required();
  command->callback([arguments, &exit] {
    exit = policy_check(
        {.files = arguments->files,
         .load_only = arguments->load_only ? LoadOnly::Yes : LoadOnly::No,
         .output = arguments->output == "json" ? OutputFormat::Json : OutputFormat::Text});
  });
}

}  // namespace

void add_policy_commands(CLI::App& app, Exit& exit) {
  CLI::App* policy = app.add_subcommand("policy", "Evaluate and check audit policies");
  policy->require_subcommand(1);
  add_eval(*policy, exit);
  add_check(*policy, exit);
}

}  // namespace kaudit::cli
