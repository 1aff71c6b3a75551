#pragma once

#include <string>

#include "cli/commands.hpp"

namespace kaudit::cli {

/// The commands of `kaudit object`; each is a file of its own.
void add_object_apply(CLI::App& object, Exit& exit);
void add_object_patch(CLI::App& object, Exit& exit);
void add_object_convert(CLI::App& object, Exit& exit);

/// Complains, and passes the exit code on.
Exit end_with(Exit exit, const std::string& message);

}  // namespace kaudit::cli
