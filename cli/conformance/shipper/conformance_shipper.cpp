// `kaudit conformance shipper`: what somebody's log shipper does with a log.
#include <memory>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/text/duration.hpp"
#include "cli/conformance/check_report.hpp"
#include "cli/conformance/conformance_group.hpp"
#include "cli/conformance/shipper/shipper_checks.hpp"
#include "cli/conformance/shipper/shipper_run.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

struct ConformanceShipperOptions {
  ShipperRunOptions run;
  std::string patience = "5s";
  std::string start_within = "30s";
  CheckOptions checks;
};

Result<void> read_duration(const char* option, const std::string& text,
                           std::chrono::milliseconds& into) {
  const auto read = parse_duration(text);
  if (!read) return fail(std::string(option) + ": " + read.error().message);
  if (read->count() <= 0)
    return fail(std::string(option) + ": a duration of more than nothing, 5s say");
  into = std::chrono::duration_cast<std::chrono::milliseconds>(*read);
  return {};
}

Result<void> complete(ConformanceShipperOptions& options) {
  ShipperRunOptions& run = options.run;
  if (run.log.empty()) return fail("--log PATH is missing: the file that the shipper follows");
  if (run.target.file.empty() == run.target.command.empty()) {
    return fail(
        "where does the shipper deliver to? Give --verify-file or --verify-command, one of "
        "them");
  }
  if (run.lines < 6) return fail("--lines: at least 6");
  if (!(run.rate > 0)) return fail("--rate: more than nothing");
  if (auto read = read_duration("--patience", options.patience, run.patience); !read) return read;
  return read_duration("--start-within", options.start_within, run.start_within);
}

Exit conformance_shipper(ConformanceShipperOptions& options) {
  if (list_checks(shipper_suite(), options.checks)) return Exit::Fine;
  if (const auto fine = complete(options); !fine) {
    complain(fine.error().message);
    return Exit::Usage;
  }
  auto report = CheckReport::make(shipper_suite(), options.checks);
  if (!report) {
    complain(report.error().message);
    return Exit::Usage;
  }
  ShipperRun run(options.run, *report);
  if (const auto done = run.run(); !done) {
    complain(done.error().message);
    return Exit::Usage;
  }
  return report->finish();
}

}  // namespace

void add_conformance_shipper(CLI::App& conformance, Exit& exit) {
  auto options = std::make_shared<ConformanceShipperOptions>();
  CLI::App* command = conformance.add_subcommand(
      "shipper", "Write and rotate a log in every way while a log shipper follows it, and compare");
  command->footer(
      "Start the shipper on PATH before or within --start-within; its folder is the test's, "
      "rotated "
      "files stay there. What it delivers is read in any form that logs have. Exit code: 0 when no "
      "must failed (with --strict: no should either), 1 otherwise, 2 when it could not run. "
      "docs/conformance.md has each check with its reason.");
  ShipperRunOptions& run = options->run;
  command->add_option("--log", run.log, "The file that the shipper follows; new or empty")
      ->type_name("PATH");
  command->add_option("--verify-file", run.target.file, "Where the shipper delivers to, a file")
      ->type_name("FILE");
  command
      ->add_option("--verify-command", run.target.command,
                   "A command of sh that prints what was delivered so far")
      ->type_name("CMD");
  command
      ->add_option("--restart-command", run.restart_command,
                   "A command of sh that restarts the shipper, for the checks restart.*")
      ->type_name("CMD");
  command->add_option("--lines", run.lines, "Lines of a scenario")->capture_default_str();
  command->add_option("--rate", run.rate, "Lines a second")->capture_default_str();
  command
      ->add_option("--patience", options->patience,
                   "What is missing is lost when nothing has arrived for so long")
      ->type_name("DURATION")
      ->capture_default_str();
  command
      ->add_option("--start-within", options->start_within, "How long to wait for the first event")
      ->type_name("DURATION")
      ->capture_default_str();
  add_check_options(*command, options->checks);
  command->callback([options, &exit] { exit = conformance_shipper(*options); });
}

}  // namespace kaudit::cli
