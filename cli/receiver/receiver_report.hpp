#pragma once

#include "cli/commands.hpp"

namespace kaudit::cli {

/// `kaudit receiver report`.
void add_receiver_report(CLI::App& receiver, Exit& exit);

}  // namespace kaudit::cli
