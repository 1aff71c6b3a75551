#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "apiserver/objects/apply/field_manager.hpp"
#include "apiserver/objects/types/types.hpp"
#include "base/json/json_text.hpp"
#include "base/text/rfc3339.hpp"
#include "cli/object/object_command.hpp"
#include "cli/object/object_input.hpp"
#include "cli/object/object_records.hpp"
#include "cli/read_input.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {

namespace apply = apiserver::objects::apply;
namespace {

using apiserver::objects::Json;
using apiserver::objects::TypeMeta;

struct ApplyCommand {
  std::vector<std::string> managers;  // one for all, or one for each object
  bool force = false;
  std::string live;
  std::string subresource;
  std::string kind;  // group/version/Kind
  std::string records;
  std::uint64_t most = kMostAtOnce;
  std::vector<std::string> objects;
};

enum class Operation { Apply, Update };

struct Step {
  Operation operation = Operation::Apply;
  std::string manager;
  std::string subresource;
  std::string time;
  apply::Force force = apply::Force::No;
};

/// One object and the writes of it, as a server's field manager sees them.
class History {
 public:
  explicit History(TypeMeta type) : api_version_(type.api_version), kind_(type.kind) {}

  const std::optional<Json>& live() const { return live_; }

  Result<void> start(const Json& object) {
    auto read = canonical(type(), object);
    if (!read) return tl::unexpected(read.error());
    live_ = *std::move(read);
    return {};
  }

  /// Error: the object stays as it was.
  tl::expected<void, apply::ApplyRefusal> write(const Step& step, const Json& object) {
    const apply::FieldManager fields({apiserver::objects::find_type(api_version_, kind_),
                                      api_version_, kind_, step.subresource});
    const apply::Writer writer{step.manager, step.time};
    Json given = object;
    Json managed;
    if (step.operation == Operation::Apply) {
      auto applied = fields.apply(stored(), object, writer, step.force);
      if (!applied) return tl::unexpected(applied.error());
      given = std::move(applied->object);
      managed = std::move(applied->managed_fields);
    }
    auto read = canonical(type(), given);
    if (!read) {
      return tl::unexpected(
          apply::ApplyRefusal{apply::ApplyRefusal::Kind::Unforeseen, read.error().message});
    }
    if (step.operation == Operation::Update) managed = fields.update(stored(), *read, writer);
    Json* metadata = read->find("metadata");
    if (metadata == nullptr || !metadata->object()) {
      metadata = &read->set("metadata", Json(Json::Object()));
    }
    metadata->erase("managedFields");
    if (!managed.is_null()) metadata->set("managedFields", std::move(managed));
    live_ = *std::move(read);
    return {};
  }

 private:
  TypeMeta type() const { return {api_version_, kind_}; }
  const Json* stored() const { return live_ ? &*live_ : nullptr; }

  std::string api_version_;
  std::string kind_;
  std::optional<Json> live_;
};

std::string cause_text(const apply::ApplyRefusal::Cause& cause) {
  std::string text = R"({"reason":"FieldManagerConflict","message":)";
  append_json_string(text, cause.message);
  text += ",\"field\":";
  append_json_string(text, cause.field);
  return text + "}";
}

void append_refusal(std::string& out, const apply::ApplyRefusal& refusal) {
  out += "{\"error\":";
  append_json_string(out, refusal.message);
  if (!refusal.causes.empty()) {
    // A server gives them in no order.
    std::vector<std::string> causes;
    for (const apply::ApplyRefusal::Cause& cause : refusal.causes) {
      causes.push_back(cause_text(cause));
    }
    std::sort(causes.begin(), causes.end());
    out += ",\"causes\":[";
    for (const std::string& cause : causes) {
      if (&cause != causes.data()) out += ',';
      out += cause;
    }
    out += ']';
  }
  out += '}';
}

Step step_of(const Json& record) {
  Step step;
  if (record.text("op") == "update") step.operation = Operation::Update;
  step.manager = record.text("manager");
  step.subresource = record.text("subresource");
  step.time = record.text("time");
  const Json* force = record.find("force");
  if (force && force->boolean() && *force->boolean()) step.force = apply::Force::Yes;
  return step;
}

// A record: type (`apps/v1/Deployment`) and steps: op, manager, object, subresource, force, time.
void answer_record(const Json& record, std::string& out) {
  const Json* steps = record.find("steps");
  if (steps == nullptr || !steps->array()) return append_member(out, "error", "a record has steps");
  History history(type_of_object(Json(), record.text("type")));
  out += ",\"steps\":[";
  for (const Json& step : *steps->array()) {
    if (out.back() != '[') out += ',';
    const Json* object = step.find("object");
    const auto written = history.write(step_of(step), object ? *object : Json(Json::Object()));
    if (!written) {
      append_refusal(out, written.error());
      continue;
    }
    out += "{\"result\":";
    append_json_string(out, history.live()->dump());
    out += '}';
  }
  out += ']';
}

Exit apply_files(const ApplyCommand& command) {
  if (command.objects.empty()) return end_with(Exit::Usage, "give an OBJECT, or --records");
  if (command.managers.size() != 1 && command.managers.size() != command.objects.size()) {
    return end_with(Exit::Usage, "give --manager once, or once for each OBJECT");
  }
  std::optional<History> history;
  if (!command.live.empty()) {
    const auto live = read_object(command.live, command.most);
    if (!live) return end_with(Exit::Usage, live.error().message);
    history.emplace(type_of_object(*live, command.kind));
    if (auto started = history->start(*live); !started) {
      return end_with(Exit::Findings, command.live + ": " + started.error().message);
    }
  }
  Output output;
  Exit exit = Exit::Fine;
  for (std::size_t i = 0; i < command.objects.size(); ++i) {
    const auto object = read_object(command.objects[i], command.most);
    if (!object) return end_with(Exit::Usage, object.error().message);
    if (!history) history.emplace(type_of_object(*object, command.kind));
    const Step step{Operation::Apply, command.managers[command.managers.size() == 1 ? 0 : i],
                    command.subresource, rfc3339_text(Timestamp::now()),
                    command.force ? apply::Force::Yes : apply::Force::No};
    if (const auto written = history->write(step, *object); !written) {
      exit = end_with(Exit::Findings, command.objects[i] + ": " + written.error().message);
      continue;
    }
    history->live()->append_to(output.buffer());
    output.buffer() += '\n';
  }
  if (auto written = output.flush(); !written) {
    return end_with(Exit::Usage, written.error().message);
  }
  return exit;
}

Exit run(const ApplyCommand& command) {
  if (command.records.empty()) return apply_files(command);
  const auto done = answer_records(command.records, answer_record);
  return done ? Exit::Fine : end_with(Exit::Usage, done.error().message);
}

}  // namespace

void add_object_apply(CLI::App& object, Exit& exit) {
  auto options = std::make_shared<ApplyCommand>();
  auto* command = object.add_subcommand(
      "apply", "Show what server-side apply makes of an object, and who owns its fields then");
  command->add_option("--manager", options->managers,
                      "The field manager; once for all objects, or once for each");
  command->add_flag("--force", options->force, "Take over fields that others own");
  command->add_option("--live", options->live, "The object as it is stored; else it is new")
      ->type_name("FILE");
  command->add_option("--subresource", options->subresource, "Apply to this part (status)");
  command->add_option("--kind", options->kind,
                      "GROUP/VERSION/KIND (v1/Pod, apps/v1/Deployment) of objects that name none");
  add_size_option(*command, options->most);
  auto* records =
      command
          ->add_option(
              "--records", options->records,
              "Work through records, one JSON object a line: type, steps (op, manager, object, …)")
          ->type_name("FILE");
  command
      ->add_option("OBJECT", options->objects,
                   "What is applied, one after the other, JSON or YAML; - is standard input")
      ->excludes(records);
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace kaudit::cli
