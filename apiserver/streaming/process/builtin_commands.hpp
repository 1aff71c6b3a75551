#pragma once

#include <span>
#include <string>

#include "apiserver/streaming/process/builtins.hpp"

namespace kaudit::apiserver::streaming::process {

/// Writes texts and exits.
ProcessPtr printed(std::string out, std::string err, int exit_code);

// The commands that have files of their own; arguments without the command's name.

ProcessPtr start_shell(std::span<const std::string> arguments, const Surroundings& in);
/// `base64 [-d] [-w N] [FILE]`
ProcessPtr base64_command(std::span<const std::string> arguments, const Surroundings& in);
ProcessPtr tar_command(std::span<const std::string> arguments, const Surroundings& in);
/// `cat FILE…`
ProcessPtr print_files(std::span<const std::string> arguments, const Surroundings& in);
ProcessPtr list_command(std::span<const std::string> arguments, const Surroundings& in);
ProcessPtr mkdir_command(std::span<const std::string> arguments, const Surroundings& in);
ProcessPtr rm_command(std::span<const std::string> arguments, const Surroundings& in);
ProcessPtr touch_command(std::span<const std::string> arguments, const Surroundings& in);
ProcessPtr test_command(std::span<const std::string> arguments, const Surroundings& in);

}  // namespace kaudit::apiserver::streaming::process
