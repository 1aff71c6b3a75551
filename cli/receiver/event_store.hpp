#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/descriptor.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "cli/receiver/batch_record.hpp"
#include "cli/receiver/event_key.hpp"
#include "cli/receiver/event_list.hpp"

namespace kaudit::cli {

/// A file of events, one JSON line each, to which each event goes once. append() returns when what
/// it was given is on the disk; batches that come at the same time share one write and one
/// fdatasync. Beside it lies STORE.batches with a line for each batch (BatchRecord). Any thread.
///
/// What is on the disk survives: a store that is opened again knows the events that it has, and
/// half a line that a crash left at its end is cut off: it was never acknowledged.
class EventStore {
 public:
  struct Options {
    std::string path;                    ///< empty: nothing is written
    std::size_t remembered = 1'000'000;  ///< how many of the last events are known again
  };
  /// What was found when the store was opened.
  struct Found {
    std::uint64_t events = 0;
    std::uint64_t cut_bytes = 0;   ///< of half a line at the end
    std::uint64_t unreadable = 0;  ///< lines that are not events; they stay
  };

  /// Errors name the file: cannot be opened, read or cut, or is in use by another receiver.
  static Result<std::unique_ptr<EventStore>> open(Options options);
  ~EventStore();

  /// Stores what is new in a batch and completes its record: stored, duplicates, offset. `fresh`
  /// gets the lines that are new. Error: nothing of the batch counts as stored.
  Result<void> append(const EventList& list, BatchRecord& record, std::string* fresh);
  /// Notes a batch of which nothing is stored. A failure is not one of the batch.
  void note(const BatchRecord& record);

  const Found& found() const noexcept { return found_; }
  const std::string& path() const noexcept { return options_.path; }
  /// Bytes that are on the disk.
  std::uint64_t size() const;
  std::uint64_t fdatasyncs() const;

 private:
  struct Group {
    std::string lines;
    std::vector<EventKey> keys;
    std::vector<BatchRecord*> records;
    std::optional<Error> error;
    bool done = false;
  };

  explicit EventStore(Options options);

  Result<void> open_files();
  Result<void> load();
  Result<std::map<std::uint64_t, std::string>> load_sources(std::uint64_t end) const;
  /// Writes what waits. Gives the mutex up meanwhile, which the analysis cannot follow.
  void lead(Lock& lock) KAUDIT_REQUIRES(mutex_) KAUDIT_UNCHECKED;
  Result<void> write(const std::string& lines, const std::string& notes, std::uint64_t size);
  std::string notes_path() const { return options_.path + ".batches"; }

  const Options options_;
  backends::Descriptor store_;
  backends::Descriptor notes_;
  Found found_;

  mutable Mutex mutex_;
  Condition done_;
  KeyWindow known_ KAUDIT_GUARDED_BY(mutex_);
  std::shared_ptr<Group> next_ KAUDIT_GUARDED_BY(mutex_);
  bool writing_ KAUDIT_GUARDED_BY(mutex_) = false;
  std::uint64_t size_ KAUDIT_GUARDED_BY(mutex_) = 0;
  std::uint64_t syncs_ KAUDIT_GUARDED_BY(mutex_) = 0;
};

}  // namespace kaudit::cli
