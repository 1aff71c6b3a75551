#include "cli/frame.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/text/quote.hpp"
#include "base/text/spelling.hpp"
#include "cli/assets/stub_etcd.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* /*command*/) { return true; });
}

std::string nearest_name(const std::string& word, const std::vector<const CLI::App*>& commands) {
  std::vector<std::string> names;
  names.reserve(commands.size());
  for (const CLI::App* command : commands) names.push_back(command->get_name());
  const std::vector<std::string_view> views(names.begin(), names.end());
  return std::string(nearest(word, views));
}

/// The command that the word was most likely meant to be, as one writes it after `kaudit`.
std::string nearest_command(const std::string& word, const CLI::App& group,
                            const std::string& path) {
  const std::string name = nearest_name(word, commands_of(group));
  if (!name.empty()) return path + name;
  if (!path.empty()) return "";
  for (const CLI::App* other : commands_of(group)) {
    const std::string inner = nearest_name(word, commands_of(*other));
    if (!inner.empty()) return other->get_name() + " " + inner;
  }
  return "";
}

std::string names_of(const std::vector<const CLI::App*>& commands) {
  std::string text;
  for (const CLI::App* command : commands) {
    if (command->get_group().empty()) continue;  // --help does not show it
    text += (text.empty() ? "" : ", ") + command->get_name();
  }
  return text;
}

/// What is wrong when a word where a command should be is not the name of one. CLI11 would only say
/// that a command is missing.
std::optional<std::string> unknown_command(const CLI::App& app,
                                           const std::vector<std::string>& arguments) {
  const CLI::App* group = &app;
  std::string path;
  for (const std::string& word : arguments) {
    const auto commands = commands_of(*group);
    if (commands.empty() || word.starts_with('-')) return std::nullopt;
    const auto found = std::ranges::find(commands, word, &CLI::App::get_name);
    if (found == commands.end()) {
      const std::string nearest = nearest_command(word, *group, path);
      return "there is no command " + go_quoted(path + word) +
             (nearest.empty() ? ", but " + names_of(commands)
                              : ": did you mean kaudit " + nearest + "?");
    }
    group = *found;
    path += word + " ";
  }
  return std::nullopt;
}

Exit parse_and_run(std::vector<std::string> arguments) {
  // What `kaudit test-assets` names `etcd`, with flags that are etcd's and not ours.
  if (!arguments.empty() && arguments.front() == "stub-etcd") {
    arguments.erase(arguments.begin());
    return run_stub_etcd(arguments);
  }
  CLI::App app{
      "Kubernetes audit: encode and explain events, evaluate and check policies, read logs and "
      "objects",
      "kaudit"};
  app.require_subcommand(1);
  app.set_version_flag("--version", KAUDIT_VERSION);
  Exit exit = Exit::Fine;
  add_conformance_commands(app, exit);
  add_events_commands(app, exit);
  add_object_commands(app, exit);
  add_policy_commands(app, exit);
  add_log_commands(app, exit);
  add_lesson_command(app, exit);
  add_generate_command(app, exit);
  add_receiver_command(app, exit);
  add_test_assets_command(app, exit);
  add_trace_command(app, exit);
  add_manual_commands(app, exit);
  if (const auto wrong = unknown_command(app, arguments)) {
    complain(*wrong);
    return Exit::Usage;
  }
  try {
    std::ranges::reverse(arguments);  // as CLI11 takes them
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    std::ostringstream asked_for;
    std::ostringstream wrong;
    const int code = app.exit(error, asked_for, wrong);
    print(asked_for.str());
    std::fputs(visible(wrong.str(), Layout::Kept).c_str(), stderr);
    return code == 0 ? Exit::Fine : Exit::Usage;
  } catch (const std::exception& error) {
    complain(error.what());
    return Exit::Usage;
  }
  return exit;
}

}  // namespace

Exit run_kaudit(std::vector<std::string> arguments) {
  const Exit exit = parse_and_run(std::move(arguments));
  if (const auto written = finish_printing(); !written) {
    complain(written.error().message);
    return Exit::Usage;
  }
  return exit;
}

}  // namespace kaudit::cli
