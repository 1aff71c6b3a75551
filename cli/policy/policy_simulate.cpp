// `kaudit policy simulate`: what a policy would have made of recorded requests.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text/quote.hpp"
#include "cli/policy/figures.hpp"
#include "cli/policy/input/policy_file.hpp"
#include "cli/policy/policy_command.hpp"
#include "cli/policy/replay.hpp"
#include "cli/report_format.hpp"
#include "cli/standard_output.hpp"
#include "cli/text_table.hpp"
#include "policy/evaluator.hpp"

namespace kaudit::cli {
namespace {

using OrderedJson = nlohmann::ordered_json;
using policy::Policy;

/// Requests that look alike to a person.
struct TrafficGroup {
  std::uint64_t requests = 0;
  int rule = audit::Decision::kNoRule;
  std::string example;  ///< a URI
};

class Simulation {
 public:
  explicit Simulation(const Policy& policy)
      : evaluator_(policy::compile(policy)), by_rule_(policy.rules.size() + 1) {}

  void take(const RecordedRequest& request) {
    const audit::Decision decision = evaluator_->evaluate(request.attributes().view());
    const Volume volume = request.under(decision);
    by_rule_[static_cast<std::size_t>(decision.rule + 1)] += volume;
    total_ += volume;
    if (volume.events > 0) return;
    ++lost_;
    std::string kind = in_words_of_kind(request.attributes());
    if (lost_groups_.size() >= kMostKinds && !lost_groups_.contains(kind)) kind = kOtherKinds;
    TrafficGroup& group = lost_groups_[kind];
    if (group.requests++ == 0) {
      group.rule = decision.rule;
      group.example = request.uri();
    }
  }

  /// What the rule took; -1 stands for no rule.
  const Volume& of_rule(int rule) const { return by_rule_[static_cast<std::size_t>(rule + 1)]; }
  const Volume& total() const { return total_; }
  std::uint64_t lost() const { return lost_; }
  /// The commonest first.
  std::vector<std::pair<std::string, TrafficGroup>> lost_groups() const {
    std::vector<std::pair<std::string, TrafficGroup>> groups(lost_groups_.begin(),
                                                             lost_groups_.end());
    std::ranges::stable_sort(groups, std::greater{},
                             [](const auto& entry) { return entry.second.requests; });
    return groups;
  }

 private:
  /// Without the object's name, so that like requests come together.
  static std::string in_words_of_kind(RequestAttributes request) {
    request.name.clear();
    return in_words(request) + ", by " +
           (request.user ? request.user->username : std::string("nobody (login failed)"));
  }

  std::shared_ptr<const audit::Evaluator> evaluator_;
  std::vector<Volume> by_rule_;  // [0] stands for no rule
  Volume total_;
  std::uint64_t lost_ = 0;
  std::map<std::string, TrafficGroup> lost_groups_;
};

constexpr std::size_t kShownGroups = 20;

std::string rule_text(int rule) { return rule < 0 ? "no rule" : "rule " + std::to_string(rule); }

void append_rules(std::string& out, const Policy& policy, const Simulation& simulation,
                  const ReplaySummary& summary) {
  TextTable table;
  for (const std::size_t column : {1U, 3U, 4U, 5U, 6U}) table.align_right(column);
  table.add_row({"", "line", "level", "requests", "events", "bytes", "a day"});
  const auto row = [&](std::string name, std::string line, std::string level,
                       const Volume& volume) {
    table.add_row({std::move(name), std::move(line), std::move(level), grouped(volume.requests),
                   grouped(volume.events), byte_text(volume.bytes),
                   per_day(volume.bytes, summary.days())});
  };
  for (int rule = 0; rule < static_cast<int>(policy.rules.size()); ++rule) {
    const policy::Rule& entry = policy.rules[static_cast<std::size_t>(rule)];
    row(rule_text(rule), std::to_string(entry.position.line), entry.level,
        simulation.of_rule(rule));
  }
  row("no rule", "", "None", simulation.of_rule(audit::Decision::kNoRule));
  row("all", "", "", simulation.total());
  table.append_to(out);
}

void append_unused(std::string& out, const Policy& policy, const Simulation& simulation) {
  std::string rules;
  for (int rule = 0; rule < static_cast<int>(policy.rules.size()); ++rule) {
    if (simulation.of_rule(rule).requests > 0) continue;
    rules += (rules.empty() ? "" : ", ") + std::to_string(rule);
  }
  if (!rules.empty()) out += "\nrules that no request of the log meets: " + rules + "\n";
}

void append_text(std::string& out, const Policy& policy, const Simulation& simulation,
                 const ReplaySummary& summary) {
  out += "log     " + describe(summary) + "\n";
  out += "policy  " + visible(policy.source) + ", " + counted(policy.rules.size(), "rule") + "\n\n";
  append_rules(out, policy, simulation, summary);
  append_unused(out, policy, simulation);
  if (simulation.total().without_bodies > 0) {
    out += "\nof " + counted(simulation.total().without_bodies, "request") +
           " the policy wants bodies that the log does not have: their bytes are not "
           "counted\n";
  }
  out += "\nno longer recorded: " + grouped(simulation.lost()) + " of " +
         counted(summary.requests, "request") + "\n";
  TextTable table;
  table.align_right(0);
  const auto groups = simulation.lost_groups();
  for (std::size_t i = 0; i < groups.size() && i < kShownGroups; ++i) {
    const auto& [words, group] = groups[i];
    table.add_row({"  " + grouped(group.requests), rule_text(group.rule), words});
  }
  table.append_to(out);
  if (groups.size() > kShownGroups) {
    out += "  … and " + grouped(groups.size() - kShownGroups) + " more kinds\n";
  }
}

OrderedJson json_of(const Volume& volume) {
  return {{"requests", volume.requests},
          {"events", volume.events},
          {"bytes", volume.bytes},
          {"requestsWithoutBodies", volume.without_bodies}};
}

void append_json(std::string& out, const Policy& policy, const Simulation& simulation,
                 const ReplaySummary& summary) {
  OrderedJson rules = OrderedJson::array();
  for (int rule = audit::Decision::kNoRule; rule < static_cast<int>(policy.rules.size()); ++rule) {
    OrderedJson entry = {{"rule", rule}};
    if (rule >= 0) {
      entry["line"] = policy.rules[static_cast<std::size_t>(rule)].position.line;
      entry["level"] = policy.rules[static_cast<std::size_t>(rule)].level;
    }
    entry.update(json_of(simulation.of_rule(rule)));
    rules.push_back(std::move(entry));
  }
  OrderedJson lost = OrderedJson::array();
  for (const auto& [words, group] : simulation.lost_groups()) {
    lost.push_back({{"requests", group.requests},
                    {"rule", group.rule},
                    {"kind", words},
                    {"example", group.example}});
  }
  OrderedJson days;
  if (const auto covered = summary.days()) days = *covered;
  const OrderedJson json = {
      {"log",
       {{"requests", summary.requests},
        {"events", summary.events},
        {"bytes", summary.bytes},
        {"days", std::move(days)},
        {"refusedLines", summary.refused_lines}}},
      {"rules", std::move(rules)},
      {"total", json_of(simulation.total())},
      {"noLongerRecorded", {{"requests", simulation.lost()}, {"kinds", std::move(lost)}}}};
  out += json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

struct PolicySimulateOptions {
  std::string policy;
  std::vector<std::string> logs;
  ReportFormat format = ReportFormat::Text;
};

Exit policy_simulate(const PolicySimulateOptions& options) {
  const LoadedFile loaded = load_policy(options.policy);
  if (!loaded.policy) return loaded.exit;
  Simulation simulation(*loaded.policy);
  const auto summary =
      replay(options.logs, [&](const RecordedRequest& request) { simulation.take(request); });
  if (!summary) {
    complain(summary.error().message);
    return Exit::Usage;
  }
  std::string out;
  switch (options.format) {
    case ReportFormat::Text:
      append_text(out, *loaded.policy, simulation, *summary);
      print(out);
      break;
    case ReportFormat::Json:
      append_json(out, *loaded.policy, simulation, *summary);
      print_json(out);
      break;
  }
  if (summary->refused_lines > 0 && summary->events == 0) return Exit::Usage;  // it is not a log
  return summary->refused_lines == 0 ? Exit::Fine : Exit::Findings;
}

}  // namespace

void add_policy_simulate(CLI::App& policy, Exit& exit) {
  auto options = std::make_shared<PolicySimulateOptions>();
  CLI::App* command = policy.add_subcommand(
      "simulate",
      "Say what a policy would have made of a recorded log: hits and volume of each rule, and "
      "which requests it would not record any more");
  command->footer(
      "A log knows only what was recorded: what its own policy dropped is not in it. Rotated and "
      "compressed files: zcat audit-*.log.gz | kaudit policy simulate policy.yaml --log -");
  command->add_option("FILE", options->policy, "Policy file")->required();
  command->add_option("--log", options->logs, "Audit log, JSON lines (- is stdin); may be repeated")
      ->type_name("FILE")
      ->required();
  add_format_option(*command, options->format, "For people, or one JSON object");
  command->callback([options, &exit] { exit = policy_simulate(*options); });
}

}  // namespace kaudit::cli
