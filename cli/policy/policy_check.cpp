#include "cli/policy/policy_check.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "base/files/colours.hpp"
#include "base/text/quote.hpp"
#include "cli/policy/input/server_flags_input.hpp"
#include "cli/policy/output/findings_output.hpp"
#include "cli/policy/output/load_report_output.hpp"
#include "cli/policy/policy_command.hpp"
#include "cli/policy/policy_fix.hpp"
#include "cli/read_input.hpp"
#include "cli/standard_output.hpp"
#include "policy/lint/check.hpp"
#include "policy/lint/pages.hpp"
#include "policy/loader.hpp"

namespace kaudit::cli {
namespace {

using policy::lint::CheckOptions;
using policy::lint::Severity;

Exit load_only(const PolicyCheckOptions& options) {
  Exit exit = Exit::Fine;
  for (const std::string& file : options.files) {
    const Result<std::string> text = read_input(file);
    if (!text) {
      complain(text.error().message);
      exit = Exit::Usage;
      continue;
    }
    const policy::LoadReport report = policy::read_policy(*text, file);
    if (!report.policy) exit = std::max(exit, Exit::Findings);
    std::string out;
    if (options.output == OutputFormat::Json) {
      append_json_report(out, file, report);
    } else {
      append_text_report(out, file, report);
    }
    print(out);
  }
  return exit;
}

Result<CheckOptions> check_options(const std::string& flags) {
  auto read = read_server_flags(flags);
  if (!read) return tl::unexpected(read.error());
  return CheckOptions{*std::move(read)};
}

bool fails(const std::optional<Severity>& worst, FailOn fail_on) noexcept {
  if (!worst) return false;
  switch (fail_on) {
    case FailOn::Error:
      return *worst == Severity::Error;
    case FailOn::Warning:
      return *worst >= Severity::Warning;
    case FailOn::Info:
      return true;
    case FailOn::Never:
      return false;
  }
  return false;
}

bool is_coloured(ColourWhen when) {
  switch (when) {
    case ColourWhen::Always:
      return true;
    case ColourWhen::Never:
      return false;
    case ColourWhen::Auto:
      return takes_colours(stdout);
  }
  return false;
}

Exit explain(const std::string& id) {
  std::string capitals = id;
  std::ranges::transform(capitals, capitals.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  const policy::lint::Lint* lint = policy::lint::find_lint(capitals);
  if (lint == nullptr) {
    complain("policy check --explain: " + go_quoted(id) +
             " is not the code of a lint; codes are KA001 to KA412, as findings show them");
    return Exit::Usage;
  }
  print(policy::lint::page_of(*lint));
  return Exit::Fine;
}

Exit lint(const PolicyCheckOptions& options) {
  const Colour colour = is_coloured(options.colour) ? Colour::Yes : Colour::No;
  const Result<CheckOptions> check = check_options(options.flags);
  if (!check) {
    complain(check.error().message);
    return Exit::Usage;
  }
  Exit exit = Exit::Fine;
  std::vector<CheckedFile> files;  // Sarif is one log for all
  for (const std::string& name : options.files) {
    Result<std::string> bytes = read_input(name, policy::lint::kMaxBytes + 1);
    if (bytes && options.fix == Fix::Yes) bytes = fix_policy_file(name, *bytes, *check);
    if (!bytes) {
      complain(bytes.error().message);
      exit = Exit::Usage;
      continue;
    }
    CheckedFile file{name, policy::lint::check(*bytes, *check), 0};
    if (fails(file.report.worst(), options.fail_on)) exit = std::max(exit, Exit::Findings);
    file.hidden = std::erase_if(file.report.findings, [&](const policy::lint::Finding& finding) {
      return finding.severity < options.severity;
    });
    std::string out;
    switch (options.output) {
      case OutputFormat::Text:
        append_findings_text(out, file, colour);
        colour == Colour::Yes ? print_as_is(out) : print(out);
        break;
      case OutputFormat::Json:
        append_findings_json(out, file);
        print_json(out);
        break;
      case OutputFormat::Sarif:
        files.push_back(std::move(file));
        break;
    }
  }
  if (options.output == OutputFormat::Sarif) {
    std::string out;
    append_findings_sarif(out, files);
    print_json(out);
  }
  return exit;
}

/// The command line before it is turned into PolicyCheckOptions.
struct Arguments {
  std::vector<std::string> files;
  bool load_only = false;
  std::string output = "text";
  std::string fail_on = "error";
  std::string severity = "info";
  std::string colour = "auto";
  std::string explain;
  bool fix = false;
  std::string flags;
};

OutputFormat output_of(const std::string& name) {
  if (name == "json") return OutputFormat::Json;
  return name == "sarif" ? OutputFormat::Sarif : OutputFormat::Text;
}

FailOn fail_on_of(const std::string& name) {
  if (name == "warning") return FailOn::Warning;
  if (name == "info") return FailOn::Info;
  return name == "never" ? FailOn::Never : FailOn::Error;
}

Severity severity_of(const std::string& name) {
  if (name == "error") return Severity::Error;
  return name == "warning" ? Severity::Warning : Severity::Info;
}

ColourWhen colour_when(const std::string& name) {
  if (name == "always") return ColourWhen::Always;
  return name == "never" ? ColourWhen::Never : ColourWhen::Auto;
}

}  // namespace

Exit policy_check(const PolicyCheckOptions& options) {
  const bool mixed = options.fix == Fix::Yes && options.output != OutputFormat::Text;
  if (mixed) {
    complain("policy check: --fix speaks to people: it knows --output text only");
    return Exit::Usage;
  }
  if (!options.explain.empty()) return explain(options.explain);
  if (options.files.empty()) {
    complain("policy check: which file? (- is stdin)");
    return Exit::Usage;
  }
  if (options.load_only == LoadOnly::No) return lint(options);
  if (options.output == OutputFormat::Sarif) {
    complain("policy check: --load-only knows --output text and json");
    return Exit::Usage;
  }
  return load_only(options);
}

void add_policy_check(CLI::App& policy, Exit& exit) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = policy.add_subcommand(
      "check", "Find what is wrong with policy files, and say how to mend it");
  command->add_flag("--load-only", arguments->load_only,
                    "Only load and validate, as a server does at its start");
  command
      ->add_option("--output", arguments->output,
                   "text; json: one line a finding (with --load-only: a file); or sarif")
      ->check(CLI::IsMember({"text", "json", "sarif"}))
      ->type_name("FORMAT");
  command
      ->add_option("--fail-on", arguments->fail_on,
                   "Exit with 1 when there is a finding of this severity or above: error, warning, "
                   "info, or never")
      ->check(CLI::IsMember({"error", "warning", "info", "never"}))
      ->type_name("SEVERITY");
  command
      ->add_option("--flags", arguments->flags,
                   "The server's flags, or a file that holds them (a manifest, a unit): the policy "
                   "is judged together with them")
      ->type_name("FLAGS|FILE");
  command
      ->add_option("--severity", arguments->severity,
                   "Show findings of this severity and above: error, warning or info")
      ->check(CLI::IsMember({"error", "warning", "info"}))
      ->type_name("SEVERITY");
  command->add_flag("--fix", arguments->fix,
                    "Mend in the files what can only have been meant, and show what somebody has "
                    "to decide as a diff");
  command->add_option("--explain", arguments->explain, "Print the page of a finding's code")
      ->type_name("CODE");
  command->add_option("--color", arguments->colour, "auto (on a terminal), always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
  command->add_option("FILE", arguments->files,
                      "Policy files, or files that hold policies (- is stdin)");
  command->callback([arguments, &exit] {
    exit = policy_check({.files = arguments->files,
                         .load_only = arguments->load_only ? LoadOnly::Yes : LoadOnly::No,
                         .output = output_of(arguments->output),
                         .fail_on = fail_on_of(arguments->fail_on),
                         .severity = severity_of(arguments->severity),
                         .fix = arguments->fix ? Fix::Yes : Fix::No,
                         .colour = colour_when(arguments->colour),
                         .explain = arguments->explain,
                         .flags = arguments->flags});
  });
}

}  // namespace kaudit::cli
