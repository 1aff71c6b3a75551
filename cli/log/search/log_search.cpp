// `kaudit log search`: the events of a log that an expression describes.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "audit/search/explanation.hpp"
#include "audit/search/output_template.hpp"
#include "base/text/quote.hpp"
#include "cli/log/event_line.hpp"
#include "cli/log/input/event_input.hpp"
#include "cli/log/log_group.hpp"
#include "cli/standard_output.hpp"
#include "cli/text_table.hpp"

namespace kaudit::cli {
namespace {

namespace search = audit::search;

struct LogSearchOptions {
  EventInputOptions input;
  std::string expression;
  std::string output = "lines";
  bool falco_compat = false;
  bool explain = false;
  bool list_fields = false;
  std::uint64_t limit = 0;  ///< 0: all
  std::string audit_id;     ///< only events of this request
  Zone zone = Zone::Utc;
};

/// What is written of an event that was found.
class Found {
 public:
  virtual ~Found() = default;
  virtual void show(search::Evaluation& event) = 0;
  virtual bool finish() { return true; }
};

class FoundLines : public Found {
 public:
  explicit FoundLines(Zone zone) : zone_(zone) {}
  void show(search::Evaluation& event) override {
    std::string line;
    append_event_line(line, event.event(), zone_);
    print(line);
  }

 private:
  Zone zone_;
};

/// The events as they are: data, whose bytes stay.
class FoundJson : public Found {
 public:
  void show(search::Evaluation& event) override {
    output_.buffer() += event.event().json();
    output_.buffer() += '\n';
    if (!output_.flush_when_full()) failed_ = true;
  }
  bool finish() override {
    const auto flushed = output_.flush();
    if (!flushed) complain(flushed.error().message);
    return flushed && !failed_;
  }

 private:
  Output output_;
  bool failed_ = false;
};

class FoundTable : public Found {
 public:
  explicit FoundTable(Zone zone) : zone_(zone) {
    table_.add_row({"TIME", "USER", "VERB", "TARGET", "CODE", "AUDIT ID"});
  }
  void show(search::Evaluation& evaluation) override {
    search::EventView& event = evaluation.event();
    table_.add_row({time_text(event.time(), zone_), actor_text(event),
                    search::text_of(event.part(search::Part::Verb)), target_text(event),
                    search::text_of(event.part(search::Part::ResponseStatus, "code")),
                    search::text_of(event.part(search::Part::AuditId))});
    if (++rows_ == kPageRows) flush();
  }
  bool finish() override {
    flush();
    return true;
  }

 private:
  /// So that memory stays bounded, a long table is laid out in pages.
  static constexpr std::size_t kPageRows = 5'000;

  void flush() {
    std::string out;
    if (rows_ != 0) table_.append_to(out);
    print(out);
    table_ = TextTable();
    rows_ = 0;
  }

  Zone zone_;
  TextTable table_;
  std::size_t rows_ = 0;
};

class FoundTemplate : public Found {
 public:
  explicit FoundTemplate(search::OutputTemplate text) : text_(std::move(text)) {}
  void show(search::Evaluation& event) override {
    std::string line;
    text_.append_to(line, event);
    print(visible(line) + "\n");
  }

 private:
  search::OutputTemplate text_;
};

class FoundExplained : public Found {
 public:
  FoundExplained(const search::Expression& expression, const search::Filter& filter,
                 const search::FieldSet& fields, Zone zone)
      : expression_(expression), filter_(filter), fields_(fields), zone_(zone) {}
  void show(search::Evaluation& event) override {
    std::string out;
    append_event_line(out, event.event(), zone_);
    append_explanation(out, expression_, filter_, fields_, event);
    print(out + "\n");
  }

 private:
  const search::Expression& expression_;
  const search::Filter& filter_;
  const search::FieldSet& fields_;
  Zone zone_;
};

Exit refuse_expression(const search::ExpressionError& error, const std::string& text) {
  std::fputs(("kaudit: " + describe(error, text) + "\n").c_str(), stderr);
  return Exit::Usage;
}

void list_fields() {
  TextTable table;
  table.add_row({"FIELD", "ARGUMENT", "LIST", "LEVEL", "FROM"});
  for (const search::FieldInfo& field : search::all_fields()) {
    const char* argument = "";
    if (field.argument == search::Argument::Index) argument = "[index], may be left out";
    if (field.argument == search::Argument::Pointer) argument = "[/json/pointer], may be left out";
    if (field.argument == search::Argument::Key) argument = "[key]";
    table.add_row({field.name, argument, field.list ? "yes" : "",
                   std::string(to_string(field.needs)), field.path});
  }
  std::string out;
  table.append_to(out);
  print(out);
}

/// What `--output` asks for; the template's error is in `error`.
std::unique_ptr<Found> make_output(const LogSearchOptions& options, search::FieldSet& fields,
                                   std::optional<search::ExpressionError>& error) {
  if (options.output == "json") return std::make_unique<FoundJson>();
  if (options.output == "table") return std::make_unique<FoundTable>(options.zone);
  if (options.output == "lines") return std::make_unique<FoundLines>(options.zone);
  auto text = search::OutputTemplate::compile(options.output, fields);
  if (!text) {
    error = text.error();
    return nullptr;
  }
  return std::make_unique<FoundTemplate>(*std::move(text));
}

bool is_asked_for(const LogSearchOptions& options, search::Evaluation& event) {
  return options.audit_id.empty() ||
         search::text_of(event.event().part(search::Part::AuditId)) == options.audit_id;
}

Exit log_search(const LogSearchOptions& options) {
  if (options.list_fields) {
    list_fields();
    return Exit::Fine;
  }
  if (options.expression.empty() || options.input.files.empty()) {
    complain(
        "log search wants an expression and a log, like kaudit log search "
        "'ka.verb = delete' audit.log (--list-fields shows the fields)");
    return Exit::Usage;
  }
  const auto quirks = options.falco_compat ? search::Quirks::Falco : search::Quirks::Repaired;
  const auto expression = search::parse_expression(options.expression);
  if (!expression) return refuse_expression(expression.error(), options.expression);
  search::FieldSet fields;
  const auto filter = search::Filter::compile(*expression, fields, quirks);
  if (!filter) return refuse_expression(filter.error(), options.expression);
  std::optional<search::ExpressionError> wrong;
  std::unique_ptr<Found> found = make_output(options, fields, wrong);
  if (wrong) return refuse_expression(*wrong, options.output);
  if (options.explain) {
    found = std::make_unique<FoundExplained>(*expression, *filter, fields, options.zone);
  }
  search::Evaluation evaluation(fields, quirks);
  std::uint64_t count = 0;
  std::uint64_t shown = 0;
  const std::uint64_t limit =
      options.explain && options.limit == 0 && options.audit_id.empty() ? 1 : options.limit;
  const EventInputResult read = read_events(options.input, [&](const FoundEvent& event) {
    if (!evaluation.load(event.json) || !is_asked_for(options, evaluation)) return true;
    const bool matches = filter->matches(evaluation);
    if (matches) ++count;
    if (!matches && !options.explain) return true;
    found->show(evaluation);
    return limit == 0 || ++shown < limit;
  });
  const bool written = found->finish();
  if (read.exit != Exit::Fine || !written) return Exit::Usage;
  return count > 0 ? Exit::Fine : Exit::Findings;
}

}  // namespace

void add_log_search(CLI::App& log, Exit& exit) {
  auto options = std::make_shared<LogSearchOptions>();
  CLI::App* command =
      log.add_subcommand("search", "Find events by a Falco expression, like 'ka.verb = delete'");
  command->footer(
      "An absent field makes every check false, != too: 'not ka.user.name = a' also finds events "
      "without a user, 'ka.user.name != a' does not.\n"
      "Exit code: 0 found, 1 nothing found, 2 a mistake in the expression or an unreadable file.");
  command->add_option("EXPR", options->expression, "Falco filter: fields, operators, and, or, not");
  command->add_option("LOG", options->input.files, "Audit logs (- is stdin)");
  command
      ->add_option("-o,--output", options->output,
                   "lines (for people), json (the events as they are), table, or a template like "
                   "'%ka.user.name %ka.verb %ka.target.name'")
      ->type_name("FORMAT");
  command->add_option("-n,--limit", options->limit, "Stop after so many events");
  command->add_flag("--explain", options->explain,
                    "Show which parts of the expression hold, for the first event (or the first N "
                    "with -n N, or those of --audit-id)");
  command->add_option("--audit-id", options->audit_id, "Look at the events of this request only")
      ->type_name("ID");
  command->add_flag("--falco-compat", options->falco_compat,
                    "Read fields as Falco's k8saudit plugin does, faults and all");
  command->add_flag("--list-fields", options->list_fields,
                    "Show all fields, and from which level on");
  add_zone_option(*command, options->zone);
  command->callback([options, &exit] { exit = log_search(*options); });
}

}  // namespace kaudit::cli
