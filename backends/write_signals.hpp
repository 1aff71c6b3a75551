#pragma once

namespace kaudit::backends {

/// Makes a closed pipe or connection and a limit on the size of files (RLIMIT_FSIZE) an error of
/// write(2) instead of the process's end. A server calls it first thing in main.
void ignore_write_signals();

}  // namespace kaudit::backends
