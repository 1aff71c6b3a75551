#include "cli/policy_check.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "audit/base/json_text.hpp"
#include "cli/policy_command.hpp"
#include "cli/read_input.hpp"
#include "policy/loader.hpp"

namespace kaudit::cli {
namespace {

using policy::LoadReport;
using policy::Problem;

const char* verdict_of(const LoadReport& report) {
  if (!report.policy) return "refuse";
  return report.warnings.empty() ? "ok" : "warn";
}

void append_problems(std::string& out, const std::vector<Problem>& problems) {
  out += '[';
  for (const Problem& problem : problems) {
    if (out.back() != '[') out += ',';
    out += R"({"path":)";
    append_json_string(out, problem.path);
    out += R"(,"line":)" + std::to_string(problem.position.line);
    out += R"(,"column":)" + std::to_string(problem.position.column);
    out += R"(,"message":)";
    append_json_string(out, problem.message);
    out += '}';
  }
  out += ']';
}

void append_json_report(std::string& out, const std::string& file, const LoadReport& report) {
  out += R"({"file":)";
  append_json_string(out, file);
  out += R"(,"verdict":")";
  out += verdict_of(report);
  out += R"(","errors":)";
  append_problems(out, report.errors);
  out += R"(,"warnings":)";
  append_problems(out, report.warnings);
  out += "}\n";
}

void append_lines(std::string& out, const std::string& file, const char* severity,
                  const std::vector<Problem>& problems) {
  for (const Problem& problem : problems) {
    out += file;
    if (problem.position.line > 0) {
      out += ":" + std::to_string(problem.position.line) + ":" +
             std::to_string(problem.position.column);
    }
    out += std::string(": ") + severity + ": ";
    const bool names_path =
        problem.path.empty() || problem.message.find(problem.path) != std::string::npos;
    if (!names_path) out += problem.path + ": ";
    out += problem.message + "\n";
  }
}

void append_text_report(std::string& out, const std::string& file, const LoadReport& report) {
  append_lines(out, file, "error", report.errors);
  append_lines(out, file, "warning", report.warnings);
  out += file + ": ";
  if (!report.policy) {
    out += "refused: a server would not start with it\n";
    return;
  }
  const std::size_t rules = report.policy->rules.size();
  out += "loads, " + std::to_string(rules) + (rules == 1 ? " rule" : " rules");
  out += report.warnings.empty() ? "\n" : ", with warnings\n";
}

/// The command line before it is turned into PolicyCheckOptions.
struct Arguments {
  std::vector<std::string> files;
  bool load_only = false;
  std::string output = "text";
};

}  // namespace

Exit policy_check(const PolicyCheckOptions& options) {
  if (options.load_only == LoadOnly::No) {
    std::fputs("kaudit: policy check: only --load-only exists for now\n", stderr);
    return Exit::Usage;
  }
  Exit exit = Exit::Fine;
  for (const std::string& file : options.files) {
    const Result<std::string> text = read_input(file);
    if (!text) {
      std::fprintf(stderr, "kaudit: %s\n", text.error().message.c_str());
      exit = Exit::Usage;
      continue;
    }
    const LoadReport report = policy::read_policy(*text, file);
    if (!report.policy) exit = std::max(exit, Exit::Findings);
    std::string out;
    switch (options.output) {
      case OutputFormat::Json:
        append_json_report(out, file, report);
        break;
      case OutputFormat::Text:
        append_text_report(out, file, report);
        break;
    }
    std::fwrite(out.data(), 1, out.size(), stdout);
  }
  return exit;
}

void add_policy_check(CLI::App& policy, Exit& exit) {
  auto arguments = std::make_shared<Arguments>();
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

}  // namespace kaudit::cli
