#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kaudit {

/// What a shell can offer for a value.
enum class ValueKind : std::uint8_t {
  None,    ///< the option takes no value: a switch
  Text,    ///< anything
  Choice,  ///< one of the page's choices
  File,
  Folder,
};

/// One option as people read it: in --help, in the manual and from the shell.
struct OptionPage {
  std::string name;    ///< without dashes: `output`
  char shorthand = 0;  ///< `f` of -f; 0: none
  ValueKind kind = ValueKind::None;
  std::string value_name{};            ///< what stands for the value: FILE
  std::vector<std::string> choices{};  ///< of ValueKind::Choice
  std::string default_value{};         ///< as it is shown; "" shows none
  std::string help{};
  std::string group{};
};

/// What is written without dashes.
struct OperandPage {
  std::string name;
  ValueKind kind = ValueKind::Text;
  bool required = false;
  bool repeated = false;
  std::string help{};
};

/// A program, or one of its commands: where --help, the manual page and the completions of shells
/// come from. Both programs make theirs of the tables by which they read their command line.
struct CommandPage {
  std::string name;
  std::string summary;
  std::string more{};  ///< paragraphs, one a line
  std::vector<OptionPage> options{};
  std::vector<OperandPage> operands{};
  std::vector<CommandPage> commands{};
};

}  // namespace kaudit
