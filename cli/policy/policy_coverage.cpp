#include "cli/policy/policy_coverage.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/json/json_text.hpp"
#include "cli/policy/input/policy_file.hpp"
#include "cli/policy/policy_command.hpp"
#include "cli/standard_output.hpp"
#include "policy/evaluator.hpp"
#include "policy/probes/probes.hpp"

namespace kaudit::cli {
namespace {

using audit::Level;
using policy::Policy;
using policy::Probe;
using policy::ProbeAnswer;

/// A probe held against what good policies record of it.
enum class Verdict { Fine, Missing, NoOutcome, TooMuch };

Verdict verdict_of(const Probe& probe, const ProbeAnswer& answer) noexcept {
  const Level recorded = answer.recorded();
  if (recorded < probe.least) return Verdict::Missing;
  if (recorded > probe.most) return Verdict::TooMuch;
  const bool wanted = probe.least != Level::None;
  return wanted && !answer.recording.outcome ? Verdict::NoOutcome : Verdict::Fine;
}

/// Too much of what nobody needs is noise; too much of what is needed is a body with secrets.
std::string_view verdict_text(Verdict verdict, const Probe& probe) noexcept {
  switch (verdict) {
    case Verdict::Fine:
      return "ok";
    case Verdict::Missing:
      return "missing";
    case Verdict::NoOutcome:
      return "outcome";
    case Verdict::TooMuch:
      return probe.most == Level::None ? "noise" : "body";
  }
  return "";
}

struct Row {
  const Probe* probe;
  ProbeAnswer answer;
  Verdict verdict;
};

std::vector<Row> rows_of(const Policy& policy) {
  const auto evaluator = policy::compile(policy);
  std::vector<Row> rows;
  for (const Probe& probe : policy::probes()) {
    const ProbeAnswer answer = policy::ask(*evaluator, probe.attributes);
    rows.push_back({&probe, answer, verdict_of(probe, answer)});
  }
  return rows;
}

void append_padded(std::string& out, std::string_view text, std::size_t width) {
  out += text;
  out.append(width > text.size() ? width - text.size() : 1, ' ');
}

/// `4:33` is rule 4 in line 33.
std::string rule_text(const Row& row, const Policy& policy) {
  const int rule = row.answer.decision.rule;
  if (rule == audit::Decision::kNoRule) return "none";
  const int line = policy.rules.at(static_cast<std::size_t>(rule)).position.line;
  return std::to_string(rule) + ":" + std::to_string(line);
}

/// The stages by their letters, `R` `S` `C`.
std::string stage_letters(audit::StageSet stages) {
  std::string letters;
  if (stages.contains(audit::Stage::RequestReceived)) letters += 'R';
  if (stages.contains(audit::Stage::ResponseStarted)) letters += 'S';
  if (stages.contains(audit::Stage::ResponseComplete)) letters += 'C';
  return letters.empty() ? "-" : letters;
}

void append_text(std::string& out, const std::vector<Row>& rows, const Policy& policy) {
  out +=
      "rule: index:line. stages: R RequestReceived, S ResponseStarted, C ResponseComplete.\n\n"
      "verdict  level            rule    stages  request\n";
  std::array<std::size_t, 4> counts{};
  policy::ProbeTopic topic{};
  for (const Row& row : rows) {
    if (&row == &rows.front() || row.probe->topic != topic) {
      topic = row.probe->topic;
      out += "\n" + std::string(to_string(topic)) + "\n";
    }
    ++counts[static_cast<std::size_t>(row.verdict)];
    append_padded(out, verdict_text(row.verdict, *row.probe), 9);
    append_padded(out, to_string(row.answer.recorded()), 17);
    append_padded(out, rule_text(row, policy), 8);
    append_padded(out, stage_letters(row.answer.recording.stages), 8);
    out += row.probe->text() + "\n";
    if (row.verdict != Verdict::Fine) {
      out.append(42, ' ');
      out += row.verdict == Verdict::NoOutcome
                 ? "Without ResponseComplete nobody sees whether it was allowed and done"
                 : row.probe->why;
      out += '\n';
    }
  }
  out += "\n" + std::to_string(rows.size()) + " requests: " + std::to_string(counts[0]) + " ok, " +
         std::to_string(counts[1]) + " missing, ";
  if (counts[2] > 0) out += std::to_string(counts[2]) + " without their outcome, ";
  out += std::to_string(counts[3]) + " too much\n";
}

void append_json(std::string& out, const Row& row, const Policy& policy) {
  const auto text = [&out](const char* name, std::string_view value) {
    out += std::string(out.back() == '{' ? "\"" : ",\"") + name + "\":";
    append_json_string(out, value);
  };
  const Probe& probe = *row.probe;
  out += '{';
  text("probe", probe.name);
  text("topic", to_string(probe.topic));
  text("method", probe.method);
  text("url", probe.url);
  out += R"(,"user":)";
  if (probe.attributes.user == nullptr) {
    out += "null";
  } else {
    append_json_string(out, probe.who);
  }
  text("verb", probe.attributes.verb);
  const int rule = row.answer.decision.rule;
  const bool matched = rule != audit::Decision::kNoRule;
  out += R"(,"rule":)" + (matched ? std::to_string(rule) : "null");
  out += R"(,"line":)" +
         (matched ? std::to_string(policy.rules.at(static_cast<std::size_t>(rule)).position.line)
                  : "null");
  text("level", to_string(row.answer.recorded()));
  out += R"(,"stages":[)";
  for (const audit::Stage stage : audit::kAllStages) {
    if (!row.answer.recording.stages.contains(stage)) continue;
    if (out.back() != '[') out += ',';
    append_json_string(out, to_string(stage));
  }
  out += R"(],"outcome":)";
  out += row.answer.recording.outcome ? "true" : "false";
  text("least", to_string(probe.least));
  text("most", to_string(probe.most));
  text("verdict", verdict_text(row.verdict, probe));
  text("why", probe.why);
  out += "}\n";
}

}  // namespace

Exit policy_coverage(const PolicyCoverageOptions& options) {
  const LoadedFile loaded = load_policy(options.file);
  if (!loaded.policy) return loaded.exit;
  const std::vector<Row> rows = rows_of(*loaded.policy);
  std::string out;
  switch (options.output) {
    case ReportFormat::Text:
      append_text(out, rows, *loaded.policy);
      break;
    case ReportFormat::Json:
      for (const Row& row : rows) append_json(out, row, *loaded.policy);
      break;
  }
  print(out);
  return Exit::Fine;
}

void add_policy_coverage(CLI::App& policy, Exit& exit) {
  auto options = std::make_shared<PolicyCoverageOptions>();
  CLI::App* command = policy.add_subcommand(
      "coverage", "Show what a policy records of " + std::to_string(policy::probes().size()) +
                      " typical requests, and by which rule");
  add_format_option(*command, options->output, "text, or json: one line a request");
  command->add_option("FILE", options->file, "Policy file (- is stdin)")->required();
  command->callback([options, &exit] { exit = policy_coverage(*options); });
}

}  // namespace kaudit::cli
