#include "base/pages/completion.hpp"
#include "base/text/list.hpp"

namespace kaudit {
namespace {

/// Text within single quotes, where fish knows two escapes.
std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

void fish_paths(std::vector<std::string>& paths, const CommandPage& command,
                const std::string& path) {
  for (const CommandPage& inner : command.commands) {
    const std::string further = path + " " + inner.name;
    paths.push_back(fish_quoted(further));
    fish_paths(paths, inner, further);
  }
}

std::string fish_value(ValueKind kind, const std::vector<std::string>& choices) {
  switch (kind) {
    case ValueKind::None:
      return "";
    case ValueKind::Text:
      return " -x";
    case ValueKind::Choice:
      return " -x -a " + fish_quoted(joined(choices, " "));
    case ValueKind::File:
      return " -r -F";
    case ValueKind::Folder:
      return " -x -a '(__fish_complete_directories)'";
  }
  return "";
}

void append_fish_command(std::string& out, const CommandPage& command, const std::string& program,
                         const std::string& path) {
  const std::string line = "complete -c " + program + " -n " +
                           fish_quoted("__" + function_name(program) + "_at " + fish_quoted(path));
  for (const CommandPage& inner : command.commands) {
    out += line + " -f -a " + inner.name + " -d " + fish_quoted(short_help(inner.summary)) + "\n";
  }
  if (kind_of_operands(command) == ValueKind::File) out += line + " -F\n";
  if (kind_of_operands(command) == ValueKind::Folder) {
    out += line + " -a '(__fish_complete_directories)'\n";
  }
  for (const OptionPage& option : command.options) {
    out += line;
    if (option.shorthand != 0) out += std::string(" -s ") + option.shorthand;
    out += " -l " + option.name + fish_value(option.kind, option.choices) + " -d " +
           fish_quoted(short_help(option.help)) + "\n";
  }
  for (const CommandPage& inner : command.commands) {
    append_fish_command(out, inner, program, path + " " + inner.name);
  }
}

}  // namespace

std::string fish_completion(const CommandPage& program) {
  std::string out = "# Completion of " + program.name + " for fish; made by the program itself.\n";
  out += "function __" + function_name(program.name) + "_at\n  set -l path " +
         fish_quoted(program.name) + "\n";
  std::vector<std::string> paths;
  fish_paths(paths, program, program.name);
  if (!paths.empty()) {
    out += "  for word in (commandline -opc)[2..-1]\n    switch \"$path $word\"\n      case " +
           joined(paths, " ") + "\n        set path \"$path $word\"\n    end\n  end\n";
  }
  out += "  test \"$path\" = \"$argv[1]\"\nend\n";
  // No file where none is meant.
  out += "complete -c " + program.name + " -f\n";
  append_fish_command(out, program, program.name, program.name);
  return out;
}

}  // namespace kaudit
