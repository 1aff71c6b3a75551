#pragma once

#include "cli/commands.hpp"

namespace kaudit::cli {

// The commands of `kaudit conformance`, one a file: each adds itself to the group.
void add_conformance_log(CLI::App& conformance, Exit& exit);
void add_conformance_shipper(CLI::App& conformance, Exit& exit);
void add_conformance_receiver(CLI::App& conformance, Exit& exit);
void add_conformance_sender(CLI::App& conformance, Exit& exit);

}  // namespace kaudit::cli
