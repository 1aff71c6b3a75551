#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/streaming/process/exec_script.hpp"
#include "apiserver/streaming/process/file_tree.hpp"
#include "apiserver/streaming/process/process.hpp"

namespace kaudit::apiserver::streaming::process {

/// Where processes run: one container, for one exec. Processes that need it keep a copy.
struct Surroundings {
  std::string hostname;  ///< the Pod's name
  std::string container;
  ExecScript::Pairs environment;
  std::shared_ptr<FileTree> files;
  std::shared_ptr<const ExecScript> script;
  enum class Terminal : std::uint8_t { None, Attached };
  Terminal terminal = Terminal::None;
  std::string folder = "/";
  int shells = 0;  ///< how many shells are around it

  /// The value of a variable; "" when it is not set.
  std::string_view variable(std::string_view name) const noexcept;
};

/// Starts what is asked for: a scripted command, else a built-in one. One that is neither writes
/// the runtime's error and exits with 127.
ProcessPtr start(std::vector<std::string> argv, const Surroundings& surroundings);

/// The same without an answer for a command that is not known: null.
ProcessPtr start_known(const std::vector<std::string>& argv, const Surroundings& surroundings);

/// What an attach without a script shows: the container's own process, which has written `printed`
/// and copies its input, if it has any, to its output.
enum class Input : std::uint8_t { None, Open };
ProcessPtr main_process(std::string printed, Input input);
ProcessPtr scripted(const ScriptedCommand& command);

}  // namespace kaudit::apiserver::streaming::process
