#include "base/pages/completion.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text/quote.hpp"

namespace kaudit {
namespace {

constexpr std::array<std::pair<std::string_view, Shell>, 3> kShells = {
    {{"bash", Shell::Bash}, {"zsh", Shell::Zsh}, {"fish", Shell::Fish}}};

}  // namespace

Result<Shell> shell_of(std::string_view name) {
  const auto* found = std::find_if(kShells.begin(), kShells.end(),
                                   [name](const auto& row) { return row.first == name; });
  if (found != kShells.end()) return found->second;
  return fail("there are no completions for a shell " + go_quoted(name) +
              ", but for bash, zsh and fish");
}

std::string completion(const CommandPage& program, Shell shell) {
  switch (shell) {
    case Shell::Bash:
      return bash_completion(program);
    case Shell::Zsh:
      return zsh_completion(program);
    case Shell::Fish:
      return fish_completion(program);
  }
  return "";
}

std::string function_name(std::string_view program) {
  std::string name(program);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string_view short_help(std::string_view help) noexcept {
  help = help.substr(0, help.find('\n'));
  for (const std::string_view end : {". ", ": ", "; "}) {
    help = help.substr(0, help.find(end));
  }
  if (help.ends_with('.')) help.remove_suffix(1);
  return help;
}

ValueKind kind_of_operands(const CommandPage& command) noexcept {
  return command.operands.empty() ? ValueKind::None : command.operands.back().kind;
}

}  // namespace kaudit
