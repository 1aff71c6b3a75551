#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/pages/command_page.hpp"
#include "base/result.hpp"

namespace kaudit {

enum class Shell : std::uint8_t { Bash, Zsh, Fish };

/// Error: there are none for a shell of that name, and for which there are.
Result<Shell> shell_of(std::string_view name);

/// The script by which a shell completes the program's commands, options and their values: to be
/// sourced, or put where the shell looks for it under the program's name. Pure.
std::string completion(const CommandPage& program, Shell shell);

// What each shell's script is made by; completion() chooses.
std::string bash_completion(const CommandPage& program);
std::string zsh_completion(const CommandPage& program);
std::string fish_completion(const CommandPage& program);

/// The program's name as that of a function: `kaudit_apiserver`.
std::string function_name(std::string_view program);
/// What a list of candidates has room for: the help up to the end of its first sentence.
std::string_view short_help(std::string_view help) noexcept;
/// What is completed where no option is: the kind of the last operand that the page has.
ValueKind kind_of_operands(const CommandPage& command) noexcept;

}  // namespace kaudit
