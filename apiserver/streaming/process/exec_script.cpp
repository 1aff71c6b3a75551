#include "apiserver/streaming/process/exec_script.hpp"

#include <algorithm>
#include <functional>

#include "base/text/duration.hpp"
#include "base/text/integer.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "base/yaml/json_document.hpp"

namespace kaudit::apiserver::streaming::process {
namespace {

using yaml::Node;

constexpr std::size_t kMaxCommands = 256;
constexpr std::chrono::hours kMaxDelay{24};

Result<void> must_be(const std::string& at, std::string_view what) {
  return fail(at + ": must be " + std::string(what));
}

Result<void> read_text(const Node& node, const std::string& at, std::string& to) {
  if (node.string() == nullptr) return must_be(at, "a string");
  to = *node.string();
  return {};
}

/// `member` is called with the name and value of each member.
Result<void> read_members(
    const Node& node, const std::string& at,
    const std::function<Result<void>(const std::string&, const Node&)>& member) {
  if (node.mapping() == nullptr) return must_be(at, "an object");
  for (const yaml::Member& each : *node.mapping()) {
    if (auto read = member(each.key, *each.value); !read) return read;
  }
  return {};
}

Result<void> read_argv(const Node& node, const std::string& at, ScriptedCommand& command) {
  constexpr std::string_view kForms = R"(a list of strings, or "*" for any command)";
  if (node.string() != nullptr && *node.string() == "*") {
    command.any = true;
    return {};
  }
  if (node.sequence() == nullptr || node.sequence()->empty()) return must_be(at, kForms);
  for (const Node* argument : *node.sequence()) {
    if (argument->string() == nullptr) return must_be(at, kForms);
    command.argv.push_back(*argument->string());
  }
  return {};
}

Result<void> read_exit_code(const Node& node, const std::string& at, ScriptedCommand& command) {
  constexpr std::int64_t kMaxCode = 255;
  const auto code = node.number() == nullptr ? tl::unexpected(IntegerError::Syntax)
                                             : parse_int64(node.number()->text);
  if (!code || *code < 0 || *code > kMaxCode) return must_be(at, "a whole number from 0 to 255");
  command.exit_code = static_cast<int>(*code);
  return {};
}

Result<void> read_delay(const Node& node, const std::string& at, ScriptedCommand& command) {
  constexpr std::string_view kForm = R"(a duration such as "250ms", at most 24 hours)";
  if (node.string() == nullptr) return must_be(at, kForm);
  const auto delay = parse_duration(*node.string());
  if (!delay || delay->count() < 0 || *delay > kMaxDelay) return must_be(at, kForm);
  command.delay = *delay;
  return {};
}

Result<void> read_stdin(const Node& node, const std::string& at, ScriptedCommand& command) {
  if (node.boolean() == nullptr) return must_be(at, "true or false");
  if (*node.boolean()) command.input = ScriptedCommand::Stdin::ReadToTheEnd;
  return {};
}

enum class Place : std::uint8_t { Commands, Attach };

Result<ScriptedCommand> read_command(const Node& node, const std::string& at, Place place) {
  ScriptedCommand command;
  auto read =
      read_members(node, at, [&](const std::string& name, const Node& value) -> Result<void> {
        const std::string member = at + "." + name;
        if (name == "command" && place == Place::Commands) return read_argv(value, member, command);
        if (name == "container") return read_text(value, member, command.container);
        if (name == "stdout") return read_text(value, member, command.out);
        if (name == "stderr") return read_text(value, member, command.err);
        if (name == "error") return read_text(value, member, command.error);
        if (name == "exitCode" && place == Place::Commands) {
          return read_exit_code(value, member, command);
        }
        if (name == "delay") return read_delay(value, member, command);
        if (name == "readsStdin") return read_stdin(value, member, command);
        constexpr std::string_view kShared =
            "container, stdout, stderr, delay, readsStdin and error";
        return fail(member + ": unknown; there are " +
                    (place == Place::Commands ? "command, exitCode, " : "") + std::string(kShared));
      });
  if (!read) return tl::unexpected(read.error());
  if (place == Place::Commands && !command.any && command.argv.empty()) {
    return fail(at + ".command: is missing");
  }
  return command;
}

Result<void> read_commands(const Node& node, ExecScript& script) {
  if (node.sequence() == nullptr) return must_be("commands", "a list");
  if (node.sequence()->size() > kMaxCommands) return must_be("commands", "a list of at most 256");
  for (const Node* each : *node.sequence()) {
    const std::string at = "commands[" + std::to_string(script.commands.size()) + "]";
    auto command = read_command(*each, at, Place::Commands);
    if (!command) return tl::unexpected(command.error());
    script.commands.push_back(*std::move(command));
  }
  return {};
}

Result<void> read_pairs(const Node& node, const std::string& at, ExecScript::Pairs& to) {
  return read_members(node, at, [&](const std::string& name, const Node& value) {
    to.emplace_back(name, "");
    return read_text(value, at + "[" + go_quoted(name) + "]", to.back().second);
  });
}

Result<void> read_files(const Node& node, ExecScript& script) {
  if (auto read = read_pairs(node, "files", script.files); !read) return read;
  for (const auto& [path, content] : script.files) {
    if (!path.starts_with('/')) {
      return must_be("files[" + go_quoted(path) + "]", "an absolute path");
    }
  }
  return {};
}

Result<void> read_attach(const Node& node, ExecScript& script) {
  auto attach = read_command(node, "attach", Place::Attach);
  if (!attach) return tl::unexpected(attach.error());
  script.attach = *std::move(attach);
  return {};
}

}  // namespace

const ScriptedCommand* ExecScript::find(std::string_view container,
                                        std::span<const std::string> argv) const {
  for (const ScriptedCommand& command : commands) {
    if (!command.container.empty() && command.container != container) continue;
    if (command.any ||
        std::equal(command.argv.begin(), command.argv.end(), argv.begin(), argv.end())) {
      return &command;
    }
  }
  return nullptr;
}

Result<ExecScript> parse_exec_script(std::string_view json) {
  if (json.size() > kMaxAnnotation) return fail("is larger than 256 KiB");
  const auto document = yaml::read_json(json);
  if (!document) return fail(document.error().message);
  ExecScript script;
  auto read = read_members(
      *document->root, "the whole",
      [&](const std::string& name, const Node& value) -> Result<void> {
        if (name == "commands") return read_commands(value, script);
        if (name == "attach") return read_attach(value, script);
        if (name == "environment") return read_pairs(value, name, script.environment);
        if (name == "files") return read_files(value, script);
        return fail(name + ": unknown; there are commands, attach, environment and files");
      });
  if (!read) return tl::unexpected(read.error());
  return script;
}

}  // namespace kaudit::apiserver::streaming::process
