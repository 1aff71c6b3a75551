// `kaudit conformance log`: a log that something else produced, or handed on.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "audit/reader/log_reader.hpp"
#include "cli/conformance/check_report.hpp"
#include "cli/conformance/conformance_group.hpp"
#include "cli/conformance/log_inspection.hpp"
#include "cli/policy/figures.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

using audit::reader::EntryKind;
using audit::reader::LogEntry;
using audit::reader::LogReader;

struct ConformanceLogOptions {
  std::vector<std::string> files;
  CheckOptions checks;
};

Exit conformance_log(const ConformanceLogOptions& options) {
  if (list_checks(log_suite(), options.checks)) return Exit::Fine;
  if (options.files.empty()) {
    complain("which log? Name files, or - for standard input");
    return Exit::Usage;
  }
  auto report = CheckReport::make(log_suite(), options.checks);
  if (!report) {
    complain(report.error().message);
    return Exit::Usage;
  }
  LogInspection inspection(*report);
  LogReader reader(options.files);
  bool unreadable = false;
  while (const LogEntry* const entry = reader.next()) {
    if (entry->kind == EntryKind::Unreadable) {
      unreadable = true;
      complain(std::string(entry->reason));
    } else {
      inspection.take(*entry);
    }
    if (printing_failed()) return Exit::Usage;
  }
  inspection.finish();
  if (options.checks.format == ReportFormat::Text) {
    std::string out =
        "\n" + counted(inspection.events(), "event") + ", " + byte_text(inspection.bytes()) + "; ";
    inspection.losses().append_to(out);
    print(out + "\n");
  }
  const Exit exit = report->finish();
  return unreadable ? Exit::Usage : exit;
}

}  // namespace

void add_conformance_log(CLI::App& conformance, Exit& exit) {
  auto options = std::make_shared<ConformanceLogOptions>();
  CLI::App* command = conformance.add_subcommand(
      "log", "Check a log that something else produced or handed on, and who would lose its lines");
  command->footer(
      "Reads JSON lines, EventLists, .gz, rotated sets (name the folder) and the wrappers of "
      "container runtimes and clouds. Exit code: 0 when no must failed (with --strict: no should "
      "either), 1 otherwise, 2 when a file cannot be read. docs/conformance.md has each check with "
      "its reason.");
  command->add_option("FILE", options->files, "Files or folders to read; - is standard input");
  add_check_options(*command, options->checks);
  command->callback([options, &exit] { exit = conformance_log(*options); });
}

}  // namespace kaudit::cli
