// `kaudit policy explain`: why a request is recorded as it is.
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text/quote.hpp"
#include "base/text/trim.hpp"
#include "base/yaml/json_document.hpp"
#include "cli/line_reader.hpp"
#include "cli/policy/input/named_resource.hpp"
#include "cli/policy/input/policy_file.hpp"
#include "cli/policy/input/request_attributes.hpp"
#include "cli/policy/policy_command.hpp"
#include "cli/report_format.hpp"
#include "cli/standard_output.hpp"
#include "cli/text_table.hpp"
#include "policy/describe.hpp"
#include "policy/expected_events.hpp"
#include "policy/explain.hpp"

namespace kaudit::cli {
namespace {

using OrderedJson = nlohmann::ordered_json;
using policy::ExpectedEvent;
using policy::Explanation;
using policy::Policy;
using policy::RuleVerdict;

struct PolicyExplainOptions {
  std::string policy;
  std::string file;  ///< the first word: the policy, unless --policy has it
  std::vector<std::string> words;
  std::string as;
  std::vector<std::string> groups;
  bool unauthenticated = false;
  ReportFormat format = ReportFormat::Text;
};

/// All there is to say of one request.
struct Answer {
  const Policy& policy;
  const RequestAttributes& request;
  Explanation explanation;
  std::vector<ExpectedEvent> events;
  std::vector<std::string> doubts;
  std::vector<std::string> notes;
};

std::string place_of(const Policy& policy, int rule) {
  const int line = policy.rules[static_cast<std::size_t>(rule)].position.line;
  return line == 0 ? "" : "line " + std::to_string(line);
}

const std::string& level_of(const Policy& policy, int rule) {
  return policy.rules[static_cast<std::size_t>(rule)].level;
}

// --- as text

void print_rules(std::string& out, const Answer& answer) {
  TextTable table;
  for (const RuleVerdict& verdict : answer.explanation.rules) {
    table.add_row({"  rule " + std::to_string(verdict.rule), place_of(answer.policy, verdict.rule),
                   level_of(answer.policy, verdict.rule),
                   verdict.failed ? "no: " + verdict.reason : "matches"});
    if (!verdict.hint.empty()) table.add_row({"", "", "", "    (" + verdict.hint + ")"});
  }
  table.append_to(out);
}

std::string bodies_of(const ExpectedEvent& event) {
  std::string text;
  if (!event.request_object.empty()) text = "requestObject: " + event.request_object;
  if (!event.response_object.empty()) {
    text += (text.empty() ? "" : "; ") + ("responseObject: " + event.response_object);
  }
  return text.empty() ? "no bodies" : text;
}

void print_events(std::string& out, const Answer& answer) {
  if (answer.events.empty()) {
    out += "  none: level None records nothing\n";
    return;
  }
  TextTable table;
  for (const ExpectedEvent& event : answer.events) {
    std::string text = event.omitted ? "omitted by omitStages" : bodies_of(event);
    if (!event.remark.empty()) text += " (" + event.remark + ")";
    table.add_row({"  " + std::string(to_string(event.stage)), std::move(text)});
  }
  table.append_to(out);
  if (answer.explanation.decision.omit_managed_fields &&
      answer.explanation.decision.level >= audit::Level::Request) {
    out += "  without metadata.managedFields\n";
  }
}

void append_text(std::string& out, const Answer& answer) {
  const audit::Decision& decision = answer.explanation.decision;
  out += "request   " + visible(in_words(answer.request)) +
         (audit::long_running(answer.request.view()) ? ", long-running\n" : "\n");
  out += "by        " + visible(user_text(answer.request)) + "\n";
  for (const std::string& doubt : answer.doubts) out += "doubt     " + visible(doubt) + "\n";
  out += "\nrules\n";
  print_rules(out, answer);
  out += "\ndecision  " + std::string(to_string(decision.level)) + ": " +
         visible(policy::describe(decision, answer.policy)) + "\n\nevents\n";
  print_events(out, answer);
  if (!answer.notes.empty()) out += "\ngood to know\n";
  for (const std::string& note : answer.notes) out += "  - " + note + "\n";
}

// --- as JSON

OrderedJson json_of(const RequestAttributes& request) {
  OrderedJson user;
  if (request.user) user = {{"name", request.user->username}, {"groups", request.user->groups}};
  return {{"user", std::move(user)},
          {"verb", request.verb},
          {"resourceRequest", request.resource_request},
          {"apiGroup", request.api_group},
          {"apiVersion", request.api_version},
          {"resource", request.resource},
          {"subresource", request.subresource},
          {"namespace", request.ns},
          {"name", request.name},
          {"path", request.path}};
}

OrderedJson json_of(const Policy& policy, const RuleVerdict& verdict) {
  OrderedJson json = {{"rule", verdict.rule},
                      {"line", policy.rules[static_cast<std::size_t>(verdict.rule)].position.line},
                      {"level", level_of(policy, verdict.rule)},
                      {"matches", !verdict.failed}};
  if (!verdict.failed) return json;
  json["failed"] = policy::field_of(*verdict.failed);
  json["reason"] = verdict.reason;
  if (!verdict.hint.empty()) json["hint"] = verdict.hint;
  return json;
}

OrderedJson json_of(const ExpectedEvent& event) {
  OrderedJson json = {{"stage", to_string(event.stage)}, {"omitted", event.omitted}};
  if (!event.request_object.empty()) json["requestObject"] = event.request_object;
  if (!event.response_object.empty()) json["responseObject"] = event.response_object;
  if (!event.remark.empty()) json["remark"] = event.remark;
  return json;
}

void append_json(std::string& out, const Answer& answer) {
  const audit::Decision& decision = answer.explanation.decision;
  OrderedJson rules = OrderedJson::array();
  for (const RuleVerdict& verdict : answer.explanation.rules) {
    rules.push_back(json_of(answer.policy, verdict));
  }
  OrderedJson omitted = OrderedJson::array();
  for (const audit::Stage stage : audit::kAllStages) {
    if (decision.omit_stages.contains(stage)) omitted.push_back(to_string(stage));
  }
  OrderedJson events = OrderedJson::array();
  for (const ExpectedEvent& event : answer.events) events.push_back(json_of(event));
  const OrderedJson json = {{"request", json_of(answer.request)},
                            {"rules", std::move(rules)},
                            {"decision",
                             {{"rule", decision.rule},
                              {"level", to_string(decision.level)},
                              {"omitStages", std::move(omitted)},
                              {"omitManagedFields", decision.omit_managed_fields}}},
                            {"events", std::move(events)},
                            {"doubts", answer.doubts},
                            {"notes", answer.notes}};
  out += json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

// --- the command

void answer(const Policy& policy, const RequestAttributes& request, ReportFormat format) {
  Explanation explanation = policy::explain(policy, request.view());
  const audit::Decision decision = explanation.decision;
  const Answer answer{policy,
                      request,
                      std::move(explanation),
                      policy::expected_events(decision, request.view()),
                      doubts_of(request),
                      policy::semantics_notes(decision, request.view(), scope_of(request))};
  std::string out;
  switch (format) {
    case ReportFormat::Text:
      append_text(out, answer);
      print(out);
      break;
    case ReportFormat::Json:
      append_json(out, answer);
      print_json(out);
      break;
  }
}

Result<RequestAttributes> read_request(const std::string& line) {
  if (!line.starts_with('{')) return read_request_line(line);
  const auto document = yaml::read_json(line);
  if (!document) return fail(document.error().message);
  return read_attributes(*document->root);
}

Result<RequestAttributes> read_request(const PolicyExplainOptions& options) {
  std::vector<std::string> words = options.words;
  const bool one_line = words.size() == 1 && words[0].find(' ') != std::string::npos;
  const bool plain = options.as.empty() && options.groups.empty() && !options.unauthenticated;
  if (plain && words.size() == 1 && (one_line || words[0].starts_with('{'))) {
    return read_request(words[0]);
  }
  if (one_line) {
    return fail(
        "give --as and --group either inside of the quoted request or outside, with "
        "the request unquoted");
  }
  if (!options.as.empty()) words.insert(words.end(), {"--as", options.as});
  for (const std::string& group : options.groups) words.insert(words.end(), {"--group", group});
  if (options.unauthenticated) words.emplace_back("--unauthenticated");
  return read_request_words(words);
}

Result<Exit> explain_lines(const Policy& policy, ReportFormat format) {
  Exit exit = Exit::Fine;
  auto lines = LineReader::open("-");
  if (!lines) return tl::unexpected(lines.error());
  for (std::size_t number = 1; !printing_failed(); ++number) {
    const auto line = lines->next();
    if (!line) return tl::unexpected(line.error());
    if (!*line) break;
    if (is_blank_line(**line)) continue;
    const auto request = read_request(std::string(**line));
    if (!request) {
      std::fprintf(stderr, "line %zu: %s\n", number, visible(request.error().message).c_str());
      exit = Exit::Findings;
      continue;
    }
    answer(policy, *request, format);
    if (format == ReportFormat::Text) print("\n");
  }
  return exit;
}

/// `--NAME VALUE` among the words: kaudit's options may also be written after the request.
std::optional<std::string> take_option(std::vector<std::string>& words, const std::string& name) {
  for (auto word = words.begin(); word != words.end() && *word != "--"; ++word) {
    if (word->starts_with(name + "=")) {
      std::string value = word->substr(name.size() + 1);
      words.erase(word);
      return value;
    }
    if (*word == name && std::next(word) != words.end()) {
      std::string value = *std::next(word);
      words.erase(word, word + 2);
      return value;
    }
  }
  return std::nullopt;
}

/// Error: what is wrong with the options.
Result<void> sort_words(PolicyExplainOptions& options) {
  std::vector<std::string>& words = options.words;
  if (!options.file.empty()) words.insert(words.begin(), options.file);
  // Other programs have options of their own.
  const bool foreign = std::ranges::any_of(words, [](const std::string& word) {
    return word == "kubectl" || word == "curl" || word == "oc" || word == "k";
  });
  if (!foreign) {
    if (auto policy = take_option(words, "--policy")) options.policy = *std::move(policy);
    if (const auto format = take_option(words, "--output")) {
      if (*format != "text" && *format != "json") {
        return fail("--output: " + go_quoted(*format) + " is neither text nor json");
      }
      options.format = *format == "json" ? ReportFormat::Json : ReportFormat::Text;
    }
  }
  if (options.policy.empty() && !words.empty()) {
    options.policy = words.front();
    words.erase(words.begin());
  }
  return {};
}

Exit end_with(const std::string& message) {
  complain(message);
  return Exit::Usage;
}

Exit policy_explain(PolicyExplainOptions options) {
  if (const auto sorted = sort_words(options); !sorted) return end_with(sorted.error().message);
  if (options.words.empty()) {
    return end_with(
        "which request? Give one, as GET /api/v1/pods --as alice, or - to read requests from "
        "stdin");
  }
  const LoadedFile loaded = load_policy(options.policy);
  if (!loaded.policy) return loaded.exit;
  if (options.words.size() == 1 && options.words[0] == "-") {
    const auto exit = explain_lines(*loaded.policy, options.format);
    return exit ? *exit : end_with(exit.error().message);
  }
  const auto request = read_request(options);
  if (!request) return end_with(request.error().message);
  answer(*loaded.policy, *request, options.format);
  return Exit::Fine;
}

}  // namespace

void add_policy_explain(CLI::App& policy, Exit& exit) {
  auto options = std::make_shared<PolicyExplainOptions>();
  CLI::App* command = policy.add_subcommand(
      "explain", "Say why a request is recorded as it is: rule by rule, and the events it makes");
  command->footer(
      "Example: kaudit policy explain policy.yaml GET /api/v1/namespaces/x/secrets?watch=1 --as "
      "alice --group devs\nRequests are written METHOD PATH or METHOD URL; VERB RESOURCE [NAME] "
      "[-n NAMESPACE | -A], as list pods -n x; as a curl or kubectl line; as a JSON object as "
      "`policy eval` reads it; all of it may be one quoted word; - is one a line on stdin. "
      "kaudit's "
      "--output and --policy come before such a line.");
  command
      ->add_option("--policy", options->policy,
                   "Policy file (- is stdin); default: the first argument")
      ->type_name("FILE");
  command->add_option("--as", options->as,
                      "Who asks: the authenticated user (a policy never sees an impersonated one)");
  command->add_option("--group", options->groups, "A group of that user; may be repeated");
  command->add_flag("--unauthenticated", options->unauthenticated, "A login that failed (401)");
  add_format_option(*command, options->format, "For people, or one JSON object a request");
  command->add_option("FILE", options->file, "Policy file (- is stdin), then the request");
  command->prefix_command();  // from the request on the words are its own
  command->callback([command, options, &exit] {
    options->words = command->remaining();
    exit = policy_explain(*options);
  });
}

}  // namespace kaudit::cli
