#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/log/backup_keeper.hpp"
#include "backends/log/log_figures.hpp"
#include "backends/log/log_file.hpp"
#include "backends/log/rotation.hpp"
#include "base/result.hpp"

namespace kaudit::backends {

/// A stretch of lines that did not get into the file: [begin, end) of what was to be appended.
struct LostLines {
  std::size_t begin = 0;
  std::size_t end = 0;
  Error error;
};

/// A LogFile that is moved aside before it would grow past a size (audit-semantics 6.4, 8.6).
///
/// A rotation neither splits nor loses a line: one that is longer than the limit has a file of its
/// own. When the file cannot be moved it grows on, the server's log says so, and it is tried again
/// later. Standard output, pipes and devices are never rotated. Not thread-safe.
class RotatingFile {
 public:
  /// The keeper hears of every move, the figures count them; both must outlive it.
  RotatingFile(LogFile& file, const RotationLimits& limits, WallClock clock, BackupKeeper& keeper,
               LogFigures& figures);

  /// Appends whole lines, those that fit together with one write(2). A line that cannot be written
  /// does not keep the next ones from being tried.
  std::vector<LostLines> append(std::string_view lines, SteadyTime now);

 private:
  enum class Rotated : std::uint8_t { Yes, No };

  bool rotates() const;
  std::string_view next_part(std::string_view lines, SteadyTime now);
  Rotated rotate(SteadyTime now);
  Result<void> move_aside();

  LogFile& file_;
  const RotationLimits limits_;
  const WallClock clock_;
  BackupKeeper& keeper_;
  LogFigures& figures_;
  SteadyTime next_try_{};  ///< not before then is a rotation tried after one that failed
};

}  // namespace kaudit::backends
