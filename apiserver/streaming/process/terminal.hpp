#pragma once

#include "apiserver/streaming/process/process.hpp"

namespace kaudit::apiserver::streaming::process {

/// A process behind a terminal, as `-t` asks for: lines are edited and echoed before it gets them
/// (backspace, ^D at the end of the input, ^C kills it with 130), both outputs are one, and line
/// feeds become CR LF.
ProcessPtr behind_terminal(ProcessPtr process);

}  // namespace kaudit::apiserver::streaming::process
