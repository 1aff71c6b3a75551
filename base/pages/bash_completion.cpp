#include "base/pages/completion.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"

namespace kaudit {
namespace {

/// What may stand after each command.
void append_words(std::string& out, const CommandPage& command, const std::string& path) {
  std::vector<std::string> words;
  std::vector<std::string> options;
  for (const CommandPage& inner : command.commands) words.push_back(inner.name);
  for (const OptionPage& option : command.options) {
    options.push_back("--" + option.name);
    if (option.shorthand != 0) options.push_back(std::string("-") + option.shorthand);
  }
  const ValueKind kind = kind_of_operands(command);
  out += "    " + shell_quoted(path) + ")\n      words=" + shell_quoted(joined(words, " ")) +
         "\n      options=" + shell_quoted(joined(options, " ")) + "\n      files=" +
         (kind == ValueKind::File     ? "f"
          : kind == ValueKind::Folder ? "d"
                                      : "''") +
         " ;;\n";
  for (const CommandPage& inner : command.commands) {
    append_words(out, inner, path + " " + inner.name);
  }
}

/// The paths of all commands: which words lead further.
void append_paths(std::vector<std::string>& paths, const CommandPage& command,
                  const std::string& path) {
  for (const CommandPage& inner : command.commands) {
    const std::string further = path + " " + inner.name;
    paths.push_back(shell_quoted(further));
    append_paths(paths, inner, further);
  }
}

std::string candidates(const OptionPage& option) {
  switch (option.kind) {
    case ValueKind::Choice:
      return " words=" + shell_quoted(joined(option.choices, " "));
    case ValueKind::File:
      return " files=f";
    case ValueKind::Folder:
      return " files=d";
    case ValueKind::Text:
    case ValueKind::None:
      break;
  }
  return "";
}

/// What completes the value of each option that takes one.
void append_values(std::string& out, const CommandPage& command, const std::string& path) {
  for (const OptionPage& option : command.options) {
    if (option.kind == ValueKind::None) continue;
    out += "    " + shell_quoted(path + " --" + option.name);
    if (option.shorthand != 0) {
      out += " | " + shell_quoted(path + " -" + option.shorthand);
    }
    out += ") value=yes" + candidates(option) + " ;;\n";
  }
  for (const CommandPage& inner : command.commands) {
    append_values(out, inner, path + " " + inner.name);
  }
}

}  // namespace

std::string bash_completion(const CommandPage& program) {
  const std::string name = "_" + function_name(program.name);
  std::string out = "# Completion of " + program.name + " for bash; made by the program itself.\n";
  // bash takes `--output=json` for three words.
  out += name + R"(() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  if [[ $current == = ]]; then
    current=''
  elif [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  local path=)" +
         shell_quoted(program.name) + R"( words='' options='' files='' value='' word
  COMPREPLY=()
)";
  std::vector<std::string> paths;
  append_paths(paths, program, program.name);
  if (!paths.empty()) {
    out +=
        "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n    case \"$path $word\" in\n     "
        " " +
        joined(paths, " | ") + ") path+=\" $word\" ;;\n    esac\n  done\n";
  }
  out += "  case \"$path $before\" in\n";
  append_values(out, program, program.name);
  out += "    *) ;;\n  esac\n  if [[ -z $value ]]; then\n    case $path in\n";
  append_words(out, program, program.name);
  out += R"(    esac
    if [[ $current == -* ]]; then words=$options files=''; fi
  fi
  if [[ -z $files ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    return
  fi
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -"$files" -- "$current")
}
)";
  return out + "complete -F " + name + " " + program.name + "\n";
}

}  // namespace kaudit
