#include "base/pages/completion.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"

namespace kaudit {
namespace {

/// Text in a description of _arguments or _describe, where brackets and colons end it.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

/// What completes a value: `:NAME:ACTION`; "" for a switch.
std::string zsh_value(ValueKind kind, std::string_view name,
                      const std::vector<std::string>& choices) {
  const std::string head = ":" + zsh_text(name) + ":";
  switch (kind) {
    case ValueKind::None:
      return "";
    case ValueKind::Text:
      return head + " ";
    case ValueKind::Choice:
      return head + "(" + joined(choices, " ") + ")";
    case ValueKind::File:
      return head + "_files";
    case ValueKind::Folder:
      return head + "_files -/";
  }
  return "";
}

void append_zsh_option(std::string& out, const OptionPage& option) {
  const std::string text = "[" + zsh_text(short_help(option.help)) + "]" +
                           zsh_value(option.kind, option.value_name, option.choices);
  // `*`: some may be given several times, and none is worth hiding. `=`: --name value as well.
  const std::string mark = option.kind == ValueKind::None ? "" : "=";
  out += " \\\n    " + shell_quoted("*--" + option.name + mark + text);
  if (option.shorthand != 0) {
    out += " \\\n    " + shell_quoted(std::string("*-") + option.shorthand + text);
  }
}

void append_zsh_function(std::string& out, const CommandPage& command, const std::string& name) {
  for (const CommandPage& inner : command.commands) {
    append_zsh_function(out, inner, name + "_" + function_name(inner.name));
  }
  out += name + "() {\n";
  if (command.commands.empty()) {
    out += "  _arguments -S";
    for (const OptionPage& option : command.options) append_zsh_option(out, option);
    for (const OperandPage& operand : command.operands) {
      const std::string value = zsh_value(operand.kind, operand.name, {});
      out += " \\\n    " +
             shell_quoted(operand.repeated ? "*" + value : (operand.required ? "" : ":") + value);
    }
    out += "\n}\n";
    return;
  }
  out += "  local -a commands=(\n";
  for (const CommandPage& inner : command.commands) {
    out += "    " + shell_quoted(inner.name + ":" + zsh_text(short_help(inner.summary))) + "\n";
  }
  out += "  )\n  local context state state_descr line\n  typeset -A opt_args\n  _arguments -C -S";
  for (const OptionPage& option : command.options) append_zsh_option(out, option);
  out +=
      " \\\n    '1:command:->command' '*::argument:->argument'\n  case $state in\n"
      "    command) _describe -t commands command commands ;;\n    argument)\n"
      "      case $words[1] in\n";
  for (const CommandPage& inner : command.commands) {
    out += "        " + inner.name + ") " + name + "_" + function_name(inner.name) + " ;;\n";
  }
  out += "      esac ;;\n  esac\n}\n";
}

}  // namespace

std::string zsh_completion(const CommandPage& program) {
  const std::string name = "_" + function_name(program.name);
  std::string out = "#compdef " + program.name + "\n# Completion of " + program.name +
                    " for zsh; made by the program itself.\n";
  append_zsh_function(out, program, name);
  // From a folder of $fpath it is run, else it was sourced.
  return out + "if [[ $funcstack[1] == _" + program.name + " ]]; then\n  " + name +
         " \"$@\"\nelse\n  compdef " + name + " " + program.name + "\nfi\n";
}

}  // namespace kaudit
