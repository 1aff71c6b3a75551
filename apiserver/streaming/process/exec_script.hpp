#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace kaudit::apiserver::streaming::process {

/// What a scripted command does instead of what the built-in one of that name would.
struct ScriptedCommand {
  /// The arguments, all of them, to the letter; none given: any command.
  std::vector<std::string> argv;
  bool any = false;
  std::string container;  ///< "" = in all of them
  enum class Stdin : std::uint8_t { Ignored, ReadToTheEnd };
  Stdin input = Stdin::Ignored;  ///< whether it waits for the end of stdin first
  std::chrono::nanoseconds delay{0};
  std::string out;
  std::string err;
  int exit_code = 0;
  std::string error;  ///< the runtime's, instead of an exit code; "" = none
};

/// The annotation kaudit.io/exec of a Pod.
struct ExecScript {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  std::vector<ScriptedCommand> commands;
  std::optional<ScriptedCommand> attach;
  Pairs environment;
  Pairs files;  ///< absolute paths, and what is in them when a container is first looked into

  /// The first that is for this command; null: none is.
  const ScriptedCommand* find(std::string_view container, std::span<const std::string> argv) const;
};

/// An annotation is refused when it is larger.
constexpr std::size_t kMaxAnnotation = std::size_t{256} * 1024;

/// Reads the annotation's JSON (docs/streaming.md, "kaudit.io/exec"). Error: names the member that
/// is wrong, and what may stand there.
Result<ExecScript> parse_exec_script(std::string_view json);

}  // namespace kaudit::apiserver::streaming::process
