#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "apiserver/objects/patch/json_patch.hpp"
#include "apiserver/objects/patch/merge_patch.hpp"
#include "apiserver/objects/patch/strategic_patch.hpp"
#include "apiserver/objects/types/types.hpp"
#include "base/yaml/reader.hpp"
#include "base/yaml/to_json.hpp"
#include "cli/object/object_command.hpp"
#include "cli/object/object_input.hpp"
#include "cli/object/object_records.hpp"
#include "cli/read_input.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {

namespace patch = apiserver::objects::patch;
namespace {

using apiserver::objects::Json;
using apiserver::objects::TypeMeta;

struct PatchCommand {
  std::string type = "strategic";
  std::string kind;  // group/version/Kind
  std::string records;
  std::uint64_t most = kMostAtOnce;
  std::string original;
  std::string patch;
};

template <typename Patch>
patch::PatchResult<Json> apply_plain(std::string_view patch, Json object) {
  const auto parsed = Patch::parse(patch);
  if (!parsed) return tl::unexpected(parsed.error());
  return parsed->apply(std::move(object));
}

patch::PatchResult<Json> apply_strategic(std::string_view patch, Json object,
                                         std::string_view kind) {
  const auto parsed = patch::StrategicPatch::parse(patch);
  if (!parsed) return tl::unexpected(parsed.error());
  const TypeMeta meta = type_of_object(object, kind);
  const auto* type = apiserver::objects::find_type(meta.api_version, meta.kind);
  if (type == nullptr) {
    return apiserver::objects::patch::refuse_patch(
        patch::PatchError::Kind::Malformed,
        "no kind \"" + std::string(meta.kind) + "\" in version \"" + std::string(meta.api_version) +
            "\" is known: a strategic merge patch needs its tables");
  }
  return parsed->apply(*type, std::move(object));
}

patch::PatchResult<Json> patched(std::string_view type, std::string_view patch, Json object,
                                 std::string_view kind) {
  if (type == "json") return apply_plain<patch::JsonPatch>(patch, std::move(object));
  if (type == "merge") return apply_plain<patch::MergePatch>(patch, std::move(object));
  return apply_strategic(patch, std::move(object), kind);
}

// A record: type, original, patch (its text), and kind where the original names none.
void answer_record(const PatchCommand& command, const Json& record, std::string& out) {
  const Json* original = record.find("original");
  const Json* text = record.find("patch");
  const std::string_view type = record.find("type") ? record.text("type") : command.type;
  if (original == nullptr || text == nullptr) {
    return append_member(out, "error", "a record has original and patch");
  }
  const std::string patch = text->string() ? std::string(*text->string()) : text->dump();
  const auto result = patched(type, patch, *original, command.kind);
  if (!result) {
    append_member(out, "error", result.error().message);
    out += ",\"code\":" + std::to_string(result.error().code());
    return;
  }
  out += ",\"out\":";
  result->append_to(out);
}

// Patches are JSON to a server; people may write them as YAML here.
Result<std::string> read_patch(const std::string& file, std::uint64_t most) {
  auto text = read_at_most(file, most);
  if (!text || yaml::looks_like_json(*text) || text->find_first_of("[") == 0) return text;
  auto json = yaml::yaml_to_json(*text);
  if (!json) return text;  // its own reader says best what is wrong
  return *std::move(json);
}

Exit patch_file(const PatchCommand& command) {
  auto original = read_object(command.original, command.most);
  if (!original) return end_with(Exit::Usage, original.error().message);
  const auto patch = read_patch(command.patch, command.most);
  if (!patch) return end_with(Exit::Usage, patch.error().message);
  const auto result = patched(command.type, *patch, *std::move(original), command.kind);
  if (!result) {
    return end_with(Exit::Findings, command.patch + ": " + result.error().message +
                                        " (a server "
                                        "answers " +
                                        std::to_string(result.error().code()) + ")");
  }
  const auto object = canonical(type_of_object(*result, command.kind), *result);
  if (!object) {
    return end_with(Exit::Findings, "the result does not fit its kind (a server answers 422): " +
                                        object.error().message);
  }
  Output output;
  object->append_to(output.buffer());
  output.buffer() += '\n';
  if (auto written = output.flush(); !written) {
    return end_with(Exit::Usage, written.error().message);
  }
  return Exit::Fine;
}

Exit run(const PatchCommand& command) {
  if (command.records.empty()) {
    if (command.patch.empty()) {
      return end_with(Exit::Usage, "give ORIGINAL and PATCH, or --records");
    }
    return patch_file(command);
  }
  const auto done = answer_records(command.records, [&](const Json& record, std::string& out) {
    answer_record(command, record, out);
  });
  return done ? Exit::Fine : end_with(Exit::Usage, done.error().message);
}

}  // namespace

void add_object_patch(CLI::App& object, Exit& exit) {
  auto options = std::make_shared<PatchCommand>();
  auto* command =
      object.add_subcommand("patch", "Show what a patch makes of an object, or why it is refused");
  command->add_option("--type", options->type, "What PATCH is")
      ->check(CLI::IsMember({"json", "merge", "strategic"}))
      ->capture_default_str();
  command->add_option(
      "--kind", options->kind,
      "GROUP/VERSION/KIND (v1/Pod, apps/v1/Deployment) of an object that names none");
  add_size_option(*command, options->most);
  auto* records =
      command
          ->add_option(
              "--records", options->records,
              "Work through records, one JSON object a line: type, original, patch (its text)")
          ->type_name("FILE");
  command
      ->add_option("ORIGINAL", options->original, "The object, JSON or YAML; - is standard input")
      ->excludes(records);
  command->add_option("PATCH", options->patch, "The patch, JSON or YAML")->excludes(records);
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace kaudit::cli
