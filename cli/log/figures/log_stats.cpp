// `kaudit log stats`: what a log amounts to.
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text/csv.hpp"
#include "cli/log/figures/event_figures.hpp"
#include "cli/log/figures/svg_plot.hpp"
#include "cli/log/figures/written_file.hpp"
#include "cli/log/input/event_input.hpp"
#include "cli/log/input/event_question.hpp"
#include "cli/log/input/event_rule.hpp"
#include "cli/log/input/time_text.hpp"
#include "cli/log/log_group.hpp"
#include "cli/policy/figures.hpp"
#include "cli/policy/input/policy_file.hpp"
#include "cli/standard_output.hpp"
#include "cli/text_table.hpp"

namespace kaudit::cli {
namespace {

using StatsJson = nlohmann::ordered_json;

struct LogStatsOptions {
  EventInputOptions input;
  std::string where;
  std::string policy;
  std::string output = "text";
  std::string plot;
  Zone zone = Zone::Utc;
};

constexpr std::size_t kRowsShown = 10;

std::string milliseconds_text(std::int64_t microseconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f ms", static_cast<double>(microseconds) / 1'000);
  return text.data();
}

StatsJson latency_json(const Latencies& latency) {
  const auto milliseconds = [](std::int64_t value) { return static_cast<double>(value) / 1'000; };
  return {{"count", latency.count()},
          {"p50", milliseconds(latency.percentile(0.5))},
          {"p90", milliseconds(latency.percentile(0.9))},
          {"p99", milliseconds(latency.percentile(0.99))},
          {"max", milliseconds(latency.largest())}};
}

StatsJson tally_json(const Tally& tally) {
  StatsJson rows = StatsJson::array();
  for (const Tally::Row& row : tally.top(100)) {
    rows.push_back({{"key", row.key},
                    {"events", row.count.events},
                    {"errors", row.count.errors},
                    {"bytes", row.count.bytes}});
  }
  return rows;
}

void print_stats_json(const LogFigures& figures, const LogStatsOptions& options) {
  StatsJson json = {{"events", figures.events},
                    {"bytes", figures.bytes},
                    {"requests", figures.requests},
                    {"unfinished", figures.unfinished},
                    {"errors", figures.errors}};
  json["first"] = figures.first ? StatsJson(time_text(figures.first, options.zone)) : StatsJson();
  json["last"] = figures.last ? StatsJson(time_text(figures.last, options.zone)) : StatsJson();
  json["stages"] = figures.stages;
  json["levels"] = figures.levels;
  json["codes"] = figures.codes;
  json["latencyMilliseconds"] = latency_json(figures.latency);
  for (const auto& [verb, latency] : figures.latencies) {
    json["latencyMillisecondsByVerb"][verb] = latency_json(latency);
  }
  json["resources"] = tally_json(figures.resources);
  json["users"] = tally_json(figures.users);
  if (!options.policy.empty()) json["rules"] = tally_json(figures.rules);
  StatsJson rates = StatsJson::array();
  for (const Rates::Span& span : figures.rates.spans()) {
    rates.push_back({{"begin", time_text(Timestamp{span.begin, 0}, options.zone)},
                     {"requests", span.events},
                     {"errors", span.errors}});
  }
  json["rateSpanSeconds"] = figures.rates.span_seconds();
  json["rates"] = std::move(rates);
  print_json(json.dump(-1, ' ', false, StatsJson::error_handler_t::replace) + "\n");
}

void print_stats_csv(const LogFigures& figures, const LogStatsOptions& options) {
  std::string out = csv_record({"begin", "requests", "errors"}) + "\n";
  for (const Rates::Span& span : figures.rates.spans()) {
    out += csv_record({time_text(Timestamp{span.begin, 0}, options.zone),
                       std::to_string(span.events), std::to_string(span.errors)}) +
           "\n";
  }
  print(out);
}

std::string numbers_text(const std::map<std::string, std::uint64_t>& numbers) {
  std::string out;
  for (const auto& [key, number] : numbers) {
    if (!out.empty()) out += ", ";
    out += grouped(number) + " " + (key.empty() ? "-" : key);
  }
  return out;
}

void append_tally(std::string& out, const char* title, const Tally& tally) {
  TextTable table;
  table.add_row({"EVENTS", "ERRORS", "BYTES", title});
  for (std::size_t column = 0; column < 3; ++column) table.align_right(column);
  for (const Tally::Row& row : tally.top(kRowsShown)) {
    table.add_row({grouped(row.count.events),
                   row.count.errors == 0 ? "" : grouped(row.count.errors),
                   byte_text(row.count.bytes), row.key.empty() ? "-" : row.key});
  }
  out += '\n';
  table.append_to(out);
}

void append_latencies(std::string& out, const LogFigures& figures) {
  if (figures.latencies.empty()) return;
  TextTable table;
  table.add_row({"LATENCY", "REQUESTS", "MEDIAN", "90%", "99%", "LONGEST"});
  for (std::size_t column = 1; column < 6; ++column) table.align_right(column);
  const auto row = [&table](const std::string& name, const Latencies& latency) {
    table.add_row({name, grouped(latency.count()), milliseconds_text(latency.percentile(0.5)),
                   milliseconds_text(latency.percentile(0.9)),
                   milliseconds_text(latency.percentile(0.99)),
                   milliseconds_text(latency.largest())});
  };
  for (const auto& [verb, latency] : figures.latencies) row(verb, latency);
  if (figures.latency.count() > 0) row("all but watch", figures.latency);
  out += '\n';
  table.append_to(out);
}

void append_rates(std::string& out, const LogFigures& figures, Zone zone) {
  const auto spans = figures.rates.spans();
  if (spans.size() < 2) return;
  std::uint64_t most = 1;
  for (const Rates::Span& span : spans) most = std::max(most, span.events);
  out += "\nrequests in each " + std::to_string(figures.rates.span_seconds()) + " s\n";
  constexpr std::size_t kMostLines = 24;
  const std::size_t step = (spans.size() + kMostLines - 1) / kMostLines;
  for (std::size_t i = 0; i < spans.size(); i += step) {
    std::uint64_t number = 0;
    for (std::size_t j = i; j < std::min(i + step, spans.size()); ++j) number += spans[j].events;
    constexpr std::uint64_t kBar = 50;
    out += "  " + time_text(Timestamp{spans[i].begin, 0}, zone).substr(0, 19) + "  " +
           std::string(static_cast<std::size_t>(number * kBar / (most * step)), '#') + " " +
           grouped(number) + "\n";
  }
}

void print_stats_text(const LogFigures& figures, const LogStatsOptions& options) {
  std::string out = counted(figures.requests, "request") + ", " + counted(figures.events, "event") +
                    ", " + byte_text(figures.bytes) + "\n";
  if (figures.first && figures.last) {
    out += "from " + time_text(figures.first, options.zone) + " to " +
           time_text(figures.last, options.zone) + "\n";
  }
  out += counted(figures.errors, "error") + ", " + counted(figures.unfinished, "request") +
         " without a last stage\n";
  out += "stages: " + numbers_text(figures.stages) + "\n";
  out += "levels: " + numbers_text(figures.levels) + "\n";
  out += "codes:  " + numbers_text(figures.codes) + "\n";
  append_latencies(out, figures);
  append_tally(out, "RESOURCE", figures.resources);
  append_tally(out, "USER", figures.users);
  if (!options.policy.empty()) append_tally(out, "RULE", figures.rules);
  append_rates(out, figures, options.zone);
  print(out);
}

Result<void> write_plot(const LogFigures& figures, const LogStatsOptions& options) {
  std::vector<PlotBar> bars;
  for (const Rates::Span& span : figures.rates.spans()) {
    bars.push_back({time_text(Timestamp{span.begin, 0}, options.zone), span.events, span.errors});
  }
  return write_text_file(
      options.plot, svg_columns("Requests in each " + std::to_string(figures.rates.span_seconds()) +
                                    " s, errors in red",
                                bars));
}

Exit log_stats(const LogStatsOptions& options) {
  auto question = EventQuestion::read(options.where);
  if (!question) return Exit::Usage;
  std::optional<EventRule> rule;
  if (!options.policy.empty()) {
    const LoadedFile loaded = load_policy(options.policy);
    if (!loaded.policy) return Exit::Usage;
    rule.emplace(*loaded.policy);
  }
  LogFigures figures;
  const EventInputResult read = read_events(options.input, [&](const FoundEvent& found) {
    if (!question->load(found.json) || !question->matches()) return true;
    figures.add(question->event());
    if (rule) figures.rules.add(rule->of(found.json), {1, 0, found.json.size() + 1});
    return true;
  });
  figures.finish();
  if (options.output == "json") {
    print_stats_json(figures, options);
  } else if (options.output == "csv") {
    print_stats_csv(figures, options);
  } else {
    print_stats_text(figures, options);
  }
  if (!options.plot.empty()) {
    if (const auto written = write_plot(figures, options); !written) {
      complain(written.error().message);
      return Exit::Usage;
    }
  }
  return read.exit;
}

}  // namespace

void add_log_stats(CLI::App& log, Exit& exit) {
  auto options = std::make_shared<LogStatsOptions>();
  CLI::App* command =
      log.add_subcommand("stats", "Show a log's numbers, rates, latencies, errors and sizes");
  command->add_option("--where", options->where, "Count only what this expression finds")
      ->type_name("EXPR");
  command->add_option("--policy", options->policy, "Also count by the rules of this policy")
      ->type_name("FILE");
  command
      ->add_option("-o,--output", options->output,
                   "text, json (one document) or csv (requests over time)")
      ->check(CLI::IsMember({"text", "json", "csv"}))
      ->type_name("FORMAT");
  command
      ->add_option("--plot", options->plot,
                   "Also write a picture (SVG) of the requests over time to this file")
      ->type_name("FILE");
  add_zone_option(*command, options->zone);
  add_log_files(*command, options->input);
  command->callback([options, &exit] { exit = log_stats(*options); });
}

}  // namespace kaudit::cli
