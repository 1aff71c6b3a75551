// `kaudit log top`: which requests are fired most often.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/json/json_text.hpp"
#include "base/text/csv.hpp"
#include "cli/log/figures/svg_plot.hpp"
#include "cli/log/figures/tally.hpp"
#include "cli/log/figures/top_keys.hpp"
#include "cli/log/figures/written_file.hpp"
#include "cli/log/input/event_input.hpp"
#include "cli/log/input/event_question.hpp"
#include "cli/log/input/event_rule.hpp"
#include "cli/log/log_group.hpp"
#include "cli/policy/figures.hpp"
#include "cli/policy/input/policy_file.hpp"
#include "cli/standard_output.hpp"
#include "cli/text_table.hpp"

namespace kaudit::cli {
namespace {

namespace search = audit::search;

struct LogTopOptions {
  EventInputOptions input;
  std::string by = "verb,resource";
  std::string where;
  std::string policy;
  std::string output = "text";
  std::string plot;
  std::size_t most = 20;
};

bool is_error(search::EventView& event) {
  const std::string_view code = event.part(search::Part::ResponseStatus, "code");
  return code.size() == 3 && code.front() >= '4';
}

std::string share_text(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "0.0%";
  const std::uint64_t tenths = (part * 1'000 + whole / 2) / whole;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "%";
}

struct Counted {
  Tally tally;
  std::uint64_t events = 0;
};

void print_rows(const LogTopOptions& options, const Counted& counted,
                const std::vector<Tally::Row>& rows) {
  std::string out;
  if (options.output == "json") {
    for (const Tally::Row& row : rows) {
      out += "{\"by\":";
      append_json_string(out, options.by);
      out += ",\"key\":";
      append_json_string(out, row.key);
      out += ",\"count\":" + std::to_string(row.count.events) +
             ",\"errors\":" + std::to_string(row.count.errors) +
             ",\"bytes\":" + std::to_string(row.count.bytes) +
             ",\"of\":" + std::to_string(counted.events) + "}\n";
    }
    print_json(out);
    return;
  }
  if (options.output == "csv") {
    out = csv_record({"key", "count", "errors", "bytes"}) + "\n";
    for (const Tally::Row& row : rows) {
      out += csv_record({row.key, std::to_string(row.count.events),
                         std::to_string(row.count.errors), std::to_string(row.count.bytes)}) +
             "\n";
    }
    print(out);
    return;
  }
  TextTable table;
  table.add_row({"COUNT", "SHARE", "ERRORS", "BYTES", options.by});
  for (std::size_t column = 0; column < 4; ++column) table.align_right(column);
  for (const Tally::Row& row : rows) {
    table.add_row({grouped(row.count.events), share_text(row.count.events, counted.events),
                   row.count.errors == 0 ? "" : grouped(row.count.errors),
                   byte_text(row.count.bytes), row.key.empty() ? "-" : row.key});
  }
  table.append_to(out);
  print(out);
  if (counted.tally.approximate()) {
    complain("there were too many different keys: numbers may be a little small");
  }
}

Exit log_top(const LogTopOptions& options) {
  const auto keys = read_top_keys(options.by);
  if (!keys) {
    complain(keys.error().message);
    return Exit::Usage;
  }
  auto question = EventQuestion::read(options.where);
  if (!question) return Exit::Usage;
  std::optional<EventRule> rule_of;
  if (!options.policy.empty()) {
    const LoadedFile loaded = load_policy(options.policy);
    if (!loaded.policy) return Exit::Usage;
    rule_of.emplace(*loaded.policy);
  }
  for (const TopKey& key : *keys) {
    if (key.of != nullptr || rule_of) continue;
    complain("log top --by rule needs the policy: --policy FILE");
    return Exit::Usage;
  }
  Counted counted;
  std::string text;
  const EventInputResult read = read_events(options.input, [&](const FoundEvent& found) {
    if (!question->load(found.json) || !question->matches()) return true;
    search::EventView& event = question->event();
    text.clear();
    for (const TopKey& key : *keys) {
      if (&key != &keys->front()) text += "  ";
      text += key.of == nullptr ? rule_of->of(found.json) : key.of(event);
    }
    ++counted.events;
    counted.tally.add(text, {1, is_error(event) ? 1U : 0U, found.json.size() + 1});
    return true;
  });
  const std::vector<Tally::Row> rows = counted.tally.top(options.most);
  print_rows(options, counted, rows);
  if (!options.plot.empty()) {
    std::vector<PlotBar> bars;
    for (const Tally::Row& row : rows) {
      bars.push_back({row.key, row.count.events, row.count.errors});
    }
    const auto written = write_text_file(options.plot, svg_rows("Events by " + options.by, bars));
    if (!written) {
      complain(written.error().message);
      return Exit::Usage;
    }
  }
  return read.exit;
}

}  // namespace

void add_log_top(CLI::App& log, Exit& exit) {
  auto options = std::make_shared<LogTopOptions>();
  CLI::App* command = log.add_subcommand("top", "Count events by verb, user, resource and others");
  command->footer(
      "Events are counted, so a request with two stages counts twice; with "
      "--where 'ka.stage = ResponseComplete' it counts once.");
  command
      ->add_option("--by", options->by, "What to count by, several with commas: " + top_key_names())
      ->type_name("KEY");
  command->add_option("-n,--limit", options->most, "So many rows; 0 for all");
  command->add_option("--where", options->where, "Count only what this expression finds")
      ->type_name("EXPR");
  command->add_option("--policy", options->policy, "The policy whose rules --by rule means")
      ->type_name("FILE");
  command->add_option("-o,--output", options->output, "text, json (one line a row) or csv")
      ->check(CLI::IsMember({"text", "json", "csv"}))
      ->type_name("FORMAT");
  command->add_option("--plot", options->plot, "Also write a picture (SVG) to this file")
      ->type_name("FILE");
  add_log_files(*command, options->input);
  command->callback([options, &exit] { exit = log_top(*options); });
}

}  // namespace kaudit::cli
