#include "backends/log/rotating_file.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "backends/log/file_paths.hpp"
#include "base/logging.hpp"

namespace kaudit::backends {
namespace {

/// How long a file that could not be moved is left alone; it is logged no more often than that.
constexpr std::chrono::seconds kRetryInterval{10};
/// So many milliseconds a name may lie ahead of the clock because the earlier ones are taken.
constexpr int kNamesTried = 1000;

bool is_taken(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::symlink_status(path, ignored)) ||
         std::filesystem::exists(path + std::string(kGzipSuffix), ignored);
}

std::size_t first_line(std::string_view lines) {
  return std::min(lines.find('\n'), lines.size() - 1) + 1;
}

}  // namespace

RotatingFile::RotatingFile(LogFile& file, const RotationLimits& limits, WallClock clock,
                           BackupKeeper& keeper, LogFigures& figures)
    : file_(file), limits_(limits), clock_(std::move(clock)), keeper_(keeper), figures_(figures) {}

std::vector<LostLines> RotatingFile::append(std::string_view lines, SteadyTime now) {
  std::vector<LostLines> lost;
  std::size_t at = 0;
  while (at < lines.size()) {
    auto appended = file_.append(next_part(lines.substr(at), now));
    at += appended.bytes;
    if (!appended.error) continue;
    // A limit below ours (RLIMIT_FSIZE, the file system's): the next file has room again.
    const bool no_room = appended.number == EFBIG && rotates() && file_.size() > 0;
    if (no_room && rotate(now) == Rotated::Yes) continue;
    const std::size_t end = at + first_line(lines.substr(at));
    lost.push_back({at, end, *std::move(appended.error)});
    at = end;
  }
  return lost;
}

bool RotatingFile::rotates() const { return limits_.max_bytes > 0 && file_.can_rotate(); }

/// Whole lines from the front that may go into the file as it is then.
std::string_view RotatingFile::next_part(std::string_view lines, SteadyTime now) {
  const auto fits = [this](std::size_t bytes) {
    return file_.size() + static_cast<std::int64_t>(bytes) <= limits_.max_bytes;
  };
  if (!rotates() || fits(lines.size())) return lines;
  const std::size_t line = first_line(lines);
  // What is moved has to be our file and not one that was put in its place a moment ago.
  if (!fits(line) && !file_.follow_path(now, LogFile::Look::Now)) return lines;
  if (!fits(line) && file_.size() > 0 && rotate(now) == Rotated::No) return lines;
  if (fits(lines.size())) return lines;
  if (!fits(line)) return lines.substr(0, line);
  const auto room = static_cast<std::size_t>(limits_.max_bytes - file_.size());
  return lines.substr(0, lines.rfind('\n', room - 1) + 1);
}

RotatingFile::Rotated RotatingFile::rotate(SteadyTime now) {
  if (now < next_try_) return Rotated::No;
  auto moved = move_aside();
  if (moved) {
    figures_.rotations.fetch_add(1, std::memory_order_relaxed);
    return Rotated::Yes;
  }
  next_try_ = now + kRetryInterval;
  figures_.rotation_failures.fetch_add(1, std::memory_order_relaxed);
  log_error("The audit log {} could not be rotated and grows on: {}", file_.path(),
            moved.error().message);
  return Rotated::No;
}

Result<void> RotatingFile::move_aside() {
  const std::filesystem::path real = real_path(file_.path());
  const RotatedNames names(real.filename().string());
  const std::string folder = folder_of(real.string()) + "/";
  WallTime time = clock_();
  std::string to = folder + names.name_at(time);
  for (int tries = 0; is_taken(to); ++tries) {
    if (tries == kNamesTried) return tl::unexpected(path_error("rename", to, EEXIST));
    time += std::chrono::milliseconds(1);
    to = folder + names.name_at(time);
  }
  keeper_.hold(names.name_at(time));
  auto rotated = file_.rotate(to);
  // A file that neither got its new name nor its old one back is still being written to.
  if (rotated || !is_taken(to)) keeper_.release();
  return rotated;
}

}  // namespace kaudit::backends
