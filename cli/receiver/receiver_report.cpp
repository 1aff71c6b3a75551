// `kaudit receiver report`: what a receiver's files say of the batches that came and, told what was
// made, of what was lost.
#include "cli/receiver/receiver_report.hpp"

#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/json/compact_json.hpp"
#include "base/text/quote.hpp"
#include "cli/line_reader.hpp"
#include "cli/policy/figures.hpp"
#include "cli/receiver/event_list.hpp"
#include "cli/receiver/event_output.hpp"
#include "cli/receiver/receiver_figures.hpp"
#include "cli/report_format.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

constexpr std::size_t kMostShown = 20;

struct ReceiverReportOptions {
  std::string store;
  std::string made;
  ReportFormat output = ReportFormat::Text;
};

/// Calls `take` with each line. Error: the file cannot be read.
Result<void> each_line(const std::string& path, const std::function<void(std::string_view)>& take) {
  auto reader = LineReader::open(path);
  if (!reader) return tl::unexpected(reader.error());
  for (;;) {
    auto line = reader->next();
    if (!line) return tl::unexpected(line.error());
    if (!*line) return {};
    take(**line);
  }
}

/// Calls `take` with each event that has an auditID.
Result<std::uint64_t> each_event(
    const std::string& path,
    const std::function<void(const EventKey&, std::string_view line)>& take) {
  std::uint64_t unreadable = 0;
  const auto read = each_line(path, [&](std::string_view line) {
    const auto compact = compact_json(line);
    const auto event = compact ? read_listed_event(*compact, "") : fail("not JSON");
    if (event && event->key) {
      take(*event->key, line);
    } else {
      ++unreadable;
    }
  });
  if (!read) return tl::unexpected(read.error());
  return unreadable;
}

struct CountComparison {
  std::uint64_t made = 0;
  std::uint64_t lost = 0;
  std::uint64_t doubled = 0;
  std::uint64_t unknown = 0;       ///< stored, but not made
  std::uint64_t unreadable = 0;    ///< lines of either file
  std::vector<std::string> shown;  ///< some that were lost
};

Result<CountComparison> compare(const ReceiverReportOptions& options) {
  using Keys = std::unordered_set<EventKey, EventKeyHash>;
  CountComparison found;
  Keys made;
  Keys stored;
  const auto read_made = each_event(
      options.made, [&made](const EventKey& key, std::string_view) { made.insert(key); });
  if (!read_made) return tl::unexpected(read_made.error());
  const auto read_stored = each_event(options.store, [&](const EventKey& key, std::string_view) {
    if (!stored.insert(key).second) ++found.doubled;
    if (!made.contains(key)) ++found.unknown;
  });
  if (!read_stored) return tl::unexpected(read_stored.error());
  found.made = made.size();
  found.unreadable = *read_made + *read_stored;
  for (const EventKey& key : made) {
    if (!stored.contains(key)) ++found.lost;
  }
  if (found.lost == 0) return found;
  const auto shown = each_event(options.made, [&](const EventKey& key, std::string_view line) {
    if (found.shown.size() < kMostShown && stored.insert(key).second) {
      found.shown.push_back(wide_line(line));
    }
  });
  if (!shown) return tl::unexpected(shown.error());
  return found;
}

void print_comparison(const CountComparison& found) {
  print("made           " + grouped(found.made) + "\nlost           " + grouped(found.lost) +
        "\ndoubled        " + grouped(found.doubled) + "\nnot made       " +
        grouped(found.unknown) + "\n");
  if (found.unreadable > 0) print("unreadable     " + counted(found.unreadable, "line") + "\n");
  for (const std::string& line : found.shown) print("lost: " + line);
  if (found.lost > found.shown.size()) {
    print("… and " + grouped(found.lost - found.shown.size()) + " more\n");
  }
}

Exit receiver_report(const ReceiverReportOptions& options) {
  ReceiverFigures figures;
  const auto read = each_line(options.store + ".batches", [&figures](std::string_view line) {
    if (const auto record = BatchRecord::parse(line)) figures.add(*record);
  });
  if (!read) {
    complain(read.error().message + ": give the --store of a kaudit receiver");
    return Exit::Usage;
  }
  std::optional<CountComparison> found;
  if (!options.made.empty()) {
    auto compared = compare(options);
    if (!compared) {
      complain(compared.error().message);
      return Exit::Usage;
    }
    found = std::move(*compared);
  }
  if (options.output == ReportFormat::Json) {
    auto json = figures.json();
    if (found) {
      json["compared"] = {{"made", found->made},
                          {"lost", found->lost},
                          {"doubled", found->doubled},
                          {"notMade", found->unknown},
                          {"unreadableLines", found->unreadable}};
    }
    print_json(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
  } else {
    print(figures.text());
    if (found) print_comparison(*found);
  }
  return found && (found->lost > 0 || found->doubled > 0) ? Exit::Findings : Exit::Fine;
}

}  // namespace

void add_receiver_report(CLI::App& receiver, Exit& exit) {
  auto options = std::make_shared<ReceiverReportOptions>();
  CLI::App* command = receiver.add_subcommand(
      "report",
      "Report on a receiver's store: batches, sizes, duplicates, order, lag, retries and, told "
      "what "
      "was made, what was lost. Exit code 1 when something was lost or is there twice");
  command->add_option("--store", options->store, "The receiver's --store")
      ->required()
      ->type_name("FILE");
  command->add_option("--made", options->made, "What was made: an audit log, a JSON line an event")
      ->type_name("FILE");
  add_format_option(*command, options->output, "text, or json: one object");
  command->callback([options, &exit] { exit = receiver_report(*options); });
}

}  // namespace kaudit::cli
