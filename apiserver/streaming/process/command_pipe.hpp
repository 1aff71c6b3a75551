#pragma once

#include <cstdint>
#include <vector>

#include "apiserver/streaming/process/process.hpp"

namespace kaudit::apiserver::streaming::process {

/// A command of a pipe whose output is the input of the next one.
struct PipeStage {
  ProcessPtr process;
  /// Where its stderr goes.
  enum class Errors : std::uint8_t { Shown, Piped, Dropped } errors = Errors::Shown;
};

/// Commands side by side: `stages` in their order, then `last`, whose output and exit code are
/// those of the whole. It holds no more than a piece of output of each.
ProcessPtr pipeline(std::vector<PipeStage> stages, ProcessPtr last);

}  // namespace kaudit::apiserver::streaming::process
