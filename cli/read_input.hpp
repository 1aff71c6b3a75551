#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "cli/commands.hpp"

namespace kaudit::cli {

/// The whole of a file, or of stdin for `-`; of a larger one the first `most` bytes. The error
/// names the file and the system's reason.
Result<std::string> read_input(const std::string& path, std::size_t most = std::string::npos);

/// Adds `--max-size SIZE`, how much a command reads at once. `most` must outlive the application.
inline constexpr std::uint64_t kMostAtOnce = 16'000'000;
void add_size_option(CLI::App& command, std::uint64_t& most);
/// The whole of a file, or of stdin for `-`, of at most so many bytes. Error: it cannot be read, or
/// it is larger; the text has its name, its size, the limit and `remedy`.
Result<std::string> read_at_most(const std::string& path, std::uint64_t most,
                                 std::string_view remedy);
/// The same for a command that has `--max-size`, which the error names.
Result<std::string> read_at_most(const std::string& path, std::uint64_t most);

}  // namespace kaudit::cli
