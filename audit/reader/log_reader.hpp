#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "audit/reader/log_entry.hpp"
#include "base/files/byte_source.hpp"

namespace kaudit::audit::reader {

class StreamReader;

/// Reads audit logs of every form that is met in the field (audit/reader/README.md), one entry
/// after the other, in memory that does not grow with them: JSON lines, pretty-printed JSON,
/// EventLists and arrays (item by item), all of them plain or gzip, with a byte order mark or
/// without, and what container runtimes, node logs and clouds wrap around each event. What cannot
/// be read is an entry, too, with its place and reason, and the rest is read. Not thread-safe.
///
///     LogReader reader({"audit.log"});
///     while (const LogEntry* entry = reader.next()) { … }
class LogReader {
 public:
  /// Bytes that one event, or one line that is something else, may have. Longer ones are faults.
  static constexpr std::size_t kLongest = std::size_t{64} << 20U;

  /// Files in this order, `-` being standard input; names of one rotated set are put in its order,
  /// and a folder stands for the rotated logs in it (base/files/rotated_set.hpp). None of them is
  /// opened before its turn.
  explicit LogReader(std::vector<std::string> paths);
  /// A stream, named for its entries; one that is followed, for instance.
  LogReader(std::unique_ptr<ByteSource> source, std::string name);
  LogReader(LogReader&&) noexcept;
  LogReader& operator=(LogReader&&) noexcept;
  ~LogReader();

  /// The next entry, good until the next call; null at the end.
  const LogEntry* next();

  /// Bytes of events and wrappers that were read so far, unpacked.
  std::uint64_t bytes_read() const noexcept;

 private:
  bool open_next();

  std::vector<std::string> paths_;
  std::size_t opened_ = 0;
  std::uint64_t bytes_before_ = 0;  ///< of the streams that ended
  std::unique_ptr<StreamReader> stream_;
  LogEntry problem_;
  std::string reason_;
};

}  // namespace kaudit::audit::reader
