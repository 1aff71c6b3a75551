#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kaudit::backends {

/// A moment as the name of a rotated file has it: UTC, in milliseconds.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
/// Where the log takes the time of day from; tests give their own.
using WallClock = std::function<WallTime()>;
WallTime wall_clock_now();

enum class Compression : std::uint8_t { None, Gzip };

/// When a log file is moved aside, and what becomes of the files that were (audit-semantics 6.4).
struct RotationLimits {
  std::int64_t max_bytes = 0;    ///< a file is moved aside before it grows past this; 0: never
  std::int64_t max_backups = 0;  ///< the newest that many are kept; 0: all
  std::chrono::days max_age{0};  ///< older ones are removed; 0: none is
  Compression compression = Compression::None;
};

/// The names of the files that `audit.log` is rotated into: `audit-2026-11-23T10-11-12.345.log`,
/// `.gz` after it when compressed, `.gz.tmp` while that is under way. (lumberjack's names)
class RotatedNames {
 public:
  /// The name of the log file without its folder.
  explicit RotatedNames(std::string_view file_name);

  enum class Form : std::uint8_t { Plain, Gzip, Unfinished };
  struct Parsed {
    WallTime time;
    Form form;
  };

  std::string name_at(WallTime time) const;
  /// None: the file is somebody else's, and never touched.
  std::optional<Parsed> parse(std::string_view name) const;

 private:
  std::string before_;
  std::string after_;
};

inline constexpr std::string_view kGzipSuffix = ".gz";
inline constexpr std::string_view kUnfinishedSuffix = ".gz.tmp";

/// What to do in the folder of the log; names without the folder.
struct UpkeepPlan {
  std::vector<std::string> remove;
  std::vector<std::string> compress;  ///< oldest first
};

/// Decides from the names in the folder alone. A file counts once, whatever its forms. Where a
/// crash left a file beside its compressed form the file is what counts: it is compressed again.
UpkeepPlan plan_upkeep(const RotatedNames& rotated, std::span<const std::string> names,
                       const RotationLimits& limits, WallTime now);

}  // namespace kaudit::backends
