#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/descriptor.hpp"
#include "backends/log/log_sync.hpp"
#include "backends/log/patient_write.hpp"
#include "backends/log/unsynced.hpp"
#include "backends/plugin_error.hpp"
#include "base/result.hpp"

namespace kaudit::backends {

/// The file (or standard output) that whole lines are appended to. Half a line is never followed by
/// another: what a failed write left of a line is cut off again where the file allows it
/// (audit-semantics 8.8).
///
/// Errors read as Go's: `write /var/log/audit.log: no space left on device`.
/// Not thread-safe, but for may_wait() and give_up().
class LogFile {
 public:
  /// `-` is standard output. Nothing is opened yet.
  explicit LogFile(std::string path, LogSync sync = LogSync::Never);
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  ~LogFile() = default;

  /// Opens the path for appending: missing folders are made with mode 0700, the file with 0600. A
  /// FIFO nobody reads is an error rather than a wait. An open file is replaced only when this
  /// succeeds.
  Result<void> open();
  void close();

  enum class Look : std::uint8_t { WhenDue, Now };
  /// Opens the path again when its file is gone, which is looked at once a millisecond, or is
  /// another one, which is looked at once a second; or both now (audit-semantics 8.7). After an
  /// error append() still reaches the old file if that has a name.
  Result<void> follow_path(SteadyTime now, Look look = Look::WhenDue);
  /// Whether the open file has lost its name, so that nobody would find what is written to it.
  bool removed() const;

  /// Moves the file to a name that is free, in the folder its path really leads to, and opens the
  /// path for a new one with the same mode and owner. After an error, which is one too when the
  /// name is taken, everything is as before.
  Result<void> rotate(const std::string& to);
  /// Whether it is a file that can be rotated: no pipe, no device, not standard output.
  bool can_rotate() const noexcept { return regular_ && !is_stdout(); }
  /// Bytes in the file when follow_path() last looked and what was appended since.
  std::int64_t size() const noexcept { return size_ + (half_line_ ? 1 : 0); }

  struct Appended {
    std::size_t bytes = 0;  ///< of whole lines that are in the file now
    std::optional<Error> error;
    int number = 0;  ///< the errno of the error
  };
  /// Appends whole lines with one write(2), or several when the system takes it in parts.
  Appended append(std::string_view lines);

  /// What was appended since the last call, to whatever files; nothing with LogSync::Never and
  /// where there is no disk behind it.
  Unsynced take_unsynced();

  /// Whether append() may wait for a reader: a pipe, a terminal, a socket. Any thread.
  bool may_wait() const noexcept { return may_wait_.load(std::memory_order_relaxed); }
  /// Ends an append() that waits, and those to come that would; the error is `operation canceled`.
  /// Any thread.
  void give_up() noexcept { signal_.give_up(); }
  const std::string& path() const noexcept { return path_; }

 private:
  bool is_stdout() const noexcept { return path_ == "-"; }
  Result<Descriptor> open_path() const;
  void adopt(Descriptor opened);
  int descriptor() const noexcept { return file_ ? file_->get() : -1; }
  int write(std::string_view text, std::size_t& written) const;
  void cut_back(std::size_t bytes);
  Error system_error(std::string_view call, int number) const;

  const std::string path_;
  std::shared_ptr<const Descriptor> file_;
  /// Unsynced files that are no longer open here.
  std::vector<std::shared_ptr<const Descriptor>> behind_;
  std::int64_t size_ = 0;
  SteadyTime next_glance_{};  ///< at the open file
  SteadyTime next_look_{};    ///< at the path
  const bool tracks_unsynced_;
  bool unsynced_ = false;  ///< there are such lines in the open file
  bool new_name_ = false;  ///< there is one in the folder
  bool regular_ = false;
  bool half_line_ = false;  ///< the file ends in half a line that could not be cut off
  std::atomic<bool> may_wait_{false};
  WhenFull when_full_ = WhenFull::Never;
  GiveUpSignal signal_;
};

}  // namespace kaudit::backends
