#pragma once

#include "base/pages/command_page.hpp"

namespace CLI {
class App;
}

namespace kaudit::cli {

/// What CLI11 knows of the program, and --help prints: commands that --help hides are left out.
/// What a value is follows from the name of its type: `FILE`, `DIR`, `text|json`, or what
/// CLI::IsMember adds.
CommandPage application_page(const CLI::App& app);

}  // namespace kaudit::cli
