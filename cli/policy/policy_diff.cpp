// `kaudit policy diff`: where two policies decide differently.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/policy/difference.hpp"
#include "cli/policy/figures.hpp"
#include "cli/policy/input/policy_file.hpp"
#include "cli/policy/policy_command.hpp"
#include "cli/policy/replay.hpp"
#include "cli/report_format.hpp"
#include "cli/standard_output.hpp"
#include "cli/text_table.hpp"
#include "policy/evaluator.hpp"
#include "policy/expected_events.hpp"
#include "policy/probes/probes.hpp"

namespace kaudit::cli {
namespace {

using audit::Decision;
using audit::Level;
using OrderedJson = nlohmann::ordered_json;

/// The two policies, compiled.
struct Pair {
  std::shared_ptr<const audit::Evaluator> a, b;
};

Verdicts ask(const Pair& policies, const audit::Attributes& request) {
  return {policies.a->evaluate(request), policies.b->evaluate(request)};
}

/// Whether a Panic event is made when the handler panics.
bool records_panic(const Decision& decision, const audit::Attributes& request) {
  return request.user != nullptr && decision.level != Level::None &&
         !decision.omit_stages.contains(audit::Stage::Panic);
}

/// True when one would see it in the log: which rule says so does not matter, nor what is said of
/// events that are not made.
bool differ(const Verdicts& verdicts, const audit::Attributes& request) {
  const policy::Recording a = policy::recorded(verdicts.a, request);
  const policy::Recording b = policy::recorded(verdicts.b, request);
  const bool panics = records_panic(verdicts.a, request);
  if (!(a.stages == b.stages) || panics != records_panic(verdicts.b, request)) return true;
  if (a.stages.empty() && !panics) return false;
  if (verdicts.a.level != verdicts.b.level) return true;
  return a.level >= Level::Request &&
         verdicts.a.omit_managed_fields != verdicts.b.omit_managed_fields;
}

/// `Metadata, rule 3`, with what it leaves out where the other does not.
std::string decision_text(const Decision& own, const Decision& other) {
  std::string text(to_string(own.level));
  if (own.level != Level::None) {
    for (const audit::Stage stage : audit::kAllStages) {
      if (own.omit_stages.contains(stage) && !other.omit_stages.contains(stage)) {
        text += " -" + std::string(to_string(stage));
      }
    }
    if (own.level >= Level::Request && own.omit_managed_fields && !other.omit_managed_fields) {
      text += " -managedFields";
    }
  }
  return text + (own.rule < 0 ? ", no rule" : ", rule " + std::to_string(own.rule));
}

OrderedJson json_of(const Decision& decision) {
  OrderedJson stages = OrderedJson::array();
  for (const audit::Stage stage : audit::kAllStages) {
    if (decision.omit_stages.contains(stage)) stages.push_back(to_string(stage));
  }
  return {{"rule", decision.rule},
          {"level", to_string(decision.level)},
          {"omitStages", std::move(stages)},
          {"omitManagedFields", decision.omit_managed_fields}};
}

void write(const std::string& out, ReportFormat format) {
  if (format == ReportFormat::Json) return print_json(out);
  print(out);
}

std::string dumped(const OrderedJson& json) {
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

// --- over the probes

Exit diff_probes(const Pair& policies, ReportFormat format, FailOnDifference fail_on) {
  TextTable table;
  table.add_row({"probe", "request", "A", "B"});
  Difference difference;
  std::string out;
  for (const policy::Probe& probe : policy::probes()) {
    const Verdicts verdicts = ask(policies, probe.attributes);
    if (!differ(verdicts, probe.attributes)) continue;
    difference.count(verdicts, probe.attributes);
    if (format == ReportFormat::Json) {
      out += dumped({{"probe", probe.name},
                     {"request", probe.text()},
                     {"less", records_less(verdicts, probe.attributes)},
                     {"a", json_of(verdicts.a)},
                     {"b", json_of(verdicts.b)}});
    } else {
      table.add_row({std::string(probe.name), probe.text(), decision_text(verdicts.a, verdicts.b),
                     decision_text(verdicts.b, verdicts.a)});
    }
  }
  if (format == ReportFormat::Text) {
    out = std::to_string(difference.any) + " of " + std::to_string(policy::probes().size()) +
          " probes are decided differently, and B records less of " +
          std::to_string(difference.less) + "\n";
    if (difference.any > 0) {
      out += "\n";
      table.append_to(out);
    }
  }
  write(out, format);
  return difference.exit(fail_on);
}

// --- over a recorded log

/// Requests that look alike to a person and that the policies decide alike.
struct Group {
  Verdicts verdicts;
  std::uint64_t requests = 0;
  Volume a, b;
  std::string example;  ///< a URI
};

class Comparison {
 public:
  using Key = std::tuple<int, int, std::string>;

  explicit Comparison(const Pair& policies) : policies_(policies) {}

  void take(const RecordedRequest& request) {
    const audit::Attributes view = request.attributes().view();
    const Verdicts verdicts = ask(policies_, view);
    const Volume a = request.under(verdicts.a);
    const Volume b = request.under(verdicts.b);
    total_a_ += a;
    total_b_ += b;
    if (!differ(verdicts, view)) return;
    difference_.count(verdicts, view);
    RequestAttributes kind = request.attributes();
    kind.name.clear();
    Key key{verdicts.a.rule, verdicts.b.rule, in_words(kind)};
    if (groups_.size() >= kMostKinds && !groups_.contains(key)) std::get<2>(key) = kOtherKinds;
    Group& group = groups_[key];
    if (group.requests++ == 0) {
      group.verdicts = verdicts;
      group.example = request.uri();
    }
    group.a += a;
    group.b += b;
  }

  std::vector<std::pair<Key, Group>> groups() const {
    std::vector<std::pair<Key, Group>> sorted(groups_.begin(), groups_.end());
    std::ranges::stable_sort(sorted, std::greater{},
                             [](const auto& entry) { return entry.second.requests; });
    return sorted;
  }
  const Difference& difference() const { return difference_; }
  const Volume& total_a() const { return total_a_; }
  const Volume& total_b() const { return total_b_; }

 private:
  const Pair& policies_;
  std::map<Key, Group> groups_;
  Difference difference_;
  Volume total_a_, total_b_;
};

std::int64_t change(std::uint64_t before, std::uint64_t after) {
  return static_cast<std::int64_t>(after) - static_cast<std::int64_t>(before);
}

void append_totals(std::string& out, const Comparison& comparison, const ReplaySummary& summary) {
  TextTable table;
  for (const std::size_t column : {1U, 2U, 3U, 4U}) table.align_right(column);
  table.add_row({"", "events", "bytes", "events a day", "bytes a day"});
  const auto days = summary.days();
  const auto daily = [&](std::int64_t value) {
    return static_cast<std::int64_t>(static_cast<double>(value) / *days);
  };
  const auto row = [&](const char* name, const Volume& volume) {
    table.add_row(
        {name, grouped(volume.events), byte_text(volume.bytes),
         days ? grouped(static_cast<std::uint64_t>(daily(static_cast<std::int64_t>(volume.events))))
              : "-",
         per_day(volume.bytes, days)});
  };
  row("A", comparison.total_a());
  row("B", comparison.total_b());
  const std::int64_t events = change(comparison.total_a().events, comparison.total_b().events);
  const std::int64_t bytes = change(comparison.total_a().bytes, comparison.total_b().bytes);
  table.add_row({"change", signed_grouped(events), signed_byte_text(bytes),
                 days ? signed_grouped(daily(events)) : "-",
                 days ? signed_byte_text(daily(bytes)) : "-"});
  table.append_to(out);
  const std::uint64_t unknown =
      std::max(comparison.total_a().without_bodies, comparison.total_b().without_bodies);
  if (unknown > 0) {
    out += "of " + counted(unknown, "request") +
           " a policy wants bodies that the log does not have: their bytes are not "
           "counted\n";
  }
}

void append_text(std::string& out, const Comparison& comparison, const ReplaySummary& summary) {
  out += "log  " + describe(summary) + "\n\n";
  append_totals(out, comparison, summary);
  out += "\ndecided differently: " + grouped(comparison.difference().any) + " of " +
         counted(summary.requests, "request") + ", and B records less of " +
         grouped(comparison.difference().less) + "\n";
  if (comparison.difference().any == 0) return;
  TextTable table;
  for (const std::size_t column : {0U, 1U, 2U}) table.align_right(column);
  table.add_row({"requests", "events", "bytes", "request", "A", "B"});
  for (const auto& [key, group] : comparison.groups()) {
    table.add_row({grouped(group.requests), signed_grouped(change(group.a.events, group.b.events)),
                   signed_byte_text(change(group.a.bytes, group.b.bytes)), std::get<2>(key),
                   decision_text(group.verdicts.a, group.verdicts.b),
                   decision_text(group.verdicts.b, group.verdicts.a)});
  }
  table.append_to(out);
}

void append_json_lines(std::string& out, const Comparison& comparison,
                       const ReplaySummary& summary) {
  const auto volume = [](const Volume& of) {
    return OrderedJson{{"events", of.events}, {"bytes", of.bytes}};
  };
  OrderedJson days;
  if (const auto covered = summary.days()) days = *covered;
  out += dumped({{"requests", summary.requests},
                 {"different", comparison.difference().any},
                 {"less", comparison.difference().less},
                 {"days", std::move(days)},
                 {"a", volume(comparison.total_a())},
                 {"b", volume(comparison.total_b())}});
  for (const auto& [key, group] : comparison.groups()) {
    OrderedJson a = json_of(group.verdicts.a);
    a.update(volume(group.a));
    OrderedJson b = json_of(group.verdicts.b);
    b.update(volume(group.b));
    out += dumped({{"request", std::get<2>(key)},
                   {"requests", group.requests},
                   {"example", group.example},
                   {"a", std::move(a)},
                   {"b", std::move(b)}});
  }
}

Exit diff_log(const Pair& policies, const std::vector<std::string>& logs, ReportFormat format,
              FailOnDifference fail_on) {
  Comparison comparison(policies);
  const auto summary =
      replay(logs, [&](const RecordedRequest& request) { comparison.take(request); });
  if (!summary) {
    complain(summary.error().message);
    return Exit::Usage;
  }
  std::string out;
  switch (format) {
    case ReportFormat::Text:
      append_text(out, comparison, *summary);
      break;
    case ReportFormat::Json:
      append_json_lines(out, comparison, *summary);
      break;
  }
  write(out, format);
  // What a line that is not an event would have said is not known: neither alike nor different.
  return summary->refused_lines > 0 ? Exit::Usage : comparison.difference().exit(fail_on);
}

struct PolicyDiffOptions {
  std::string a, b;
  std::vector<std::string> logs;
  ReportFormat format = ReportFormat::Text;
  FailOnDifference fail_on = FailOnDifference::Any;
};

Exit policy_diff(const PolicyDiffOptions& options) {
  const LoadedFile a = load_policy(options.a);
  if (!a.policy) return a.exit;
  const LoadedFile b = load_policy(options.b);
  if (!b.policy) return b.exit;
  const Pair policies{policy::compile(*a.policy), policy::compile(*b.policy)};
  if (options.logs.empty()) return diff_probes(policies, options.format, options.fail_on);
  return diff_log(policies, options.logs, options.format, options.fail_on);
}

}  // namespace

void add_policy_diff(CLI::App& policy, Exit& exit) {
  auto options = std::make_shared<PolicyDiffOptions>();
  CLI::App* command = policy.add_subcommand(
      "diff", "Say where two policies decide differently, over typical requests or over a log");
  command->footer(
      "Exit code: 0 no difference, 1 some, 2 a policy or a line of a log does not load. Without "
      "--log typical requests are asked (kaudit policy coverage shows them). For pull requests: "
      "kaudit policy diff old.yaml new.yaml --fail-on less");
  command->add_option("A", options->a, "Policy file")->required();
  command->add_option("B", options->b, "Policy file")->required();
  command->add_option("--log", options->logs,
                      "Audit log, or a folder of them (- is stdin), in any form that simulate "
                      "reads; may be repeated");
  add_format_option(*command, options->format, "For people, or one JSON line a difference");
  const std::map<std::string, FailOnDifference> names{{"any", FailOnDifference::Any},
                                                      {"less", FailOnDifference::Less}};
  command
      ->add_option("--fail-on", options->fail_on,
                   "Exit with 1 at any difference, or only where B records less than A")
      ->transform(CLI::CheckedTransformer(names).description(""))
      ->type_name("any|less");
  command->callback([options, &exit] { exit = policy_diff(*options); });
}

}  // namespace kaudit::cli
