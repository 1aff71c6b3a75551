#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::streaming::process {

/// An absolute path without `.`, `..`, repeated or trailing slashes; nothing is above the root.
std::string absolute_path(std::string_view folder, std::string_view path);
/// What is before the last slash (`/` for what lies in the root) and what is behind it.
std::string parent_of(const std::string& path);
std::string_view base_name(std::string_view path);

/// Bytes that all trees together may hold. Thread-safe.
class FileBudget {
 public:
  explicit FileBudget(std::size_t limit) : limit_(limit) {}
  bool take(std::size_t size) noexcept;
  /// Takes even what is not there.
  void charge(std::size_t size) noexcept { used_ += size; }
  void give_back(std::size_t size) noexcept { used_ -= size; }
  std::size_t used() const noexcept { return used_; }

 private:
  const std::size_t limit_;
  std::atomic<std::size_t> used_{0};
};

/// The files of one container, in memory. Bounded: 16 MiB in 4,096 entries, paths of 1,024 bytes,
/// and what the budget has left. Errors are the texts of the system (`No space left on device`).
/// Thread-safe: several execs may be at work.
class FileTree {
 public:
  static constexpr std::size_t kMaxBytes = std::size_t{16} << 20U;
  static constexpr std::size_t kMaxEntries = 4096;
  static constexpr std::size_t kMaxPath = 1024;

  struct Entry {
    enum class Type : std::uint8_t { Folder, File, Link };
    Type type = Type::Folder;
    std::uint32_t mode = 0755;
    std::int64_t modified = 0;                   ///< seconds since 1970
    std::shared_ptr<const std::string> content;  ///< of a file; where a link leads
    std::size_t size() const noexcept { return content ? content->size() : 0; }
  };
  using Named = std::pair<std::string, Entry>;

  /// Has the folders that every container has.
  explicit FileTree(std::shared_ptr<FileBudget> budget);
  ~FileTree();
  FileTree(const FileTree&) = delete;
  FileTree& operator=(const FileTree&) = delete;

  /// What it shares with other trees; what is on its way into one is charged there, too.
  FileBudget& budget() const noexcept { return *budget_; }

  // Paths are absolute_path()s.

  std::optional<Entry> find(const std::string& path) const;
  /// The entry and everything below it, a folder before what it has.
  std::vector<Named> below(const std::string& path) const;
  /// What lies directly in a folder, by name.
  std::vector<Named> in(const std::string& folder) const;
  /// Replaces a file or link, and what a folder was given for if that is what is put.
  Result<void> put(const std::string& path, Entry entry);
  Result<void> append(const std::string& path, std::string_view text, std::int64_t modified);
  Result<void> make_folders(const std::string& path, std::int64_t modified);
  /// With everything below it. False: there is none.
  bool remove(const std::string& path);

 private:
  using Entries = std::map<std::string, Entry, std::less<>>;
  Result<void> check_parent(const std::string& path) const KAUDIT_REQUIRES(mutex_);
  Result<void> put_locked(const std::string& path, Entry entry) KAUDIT_REQUIRES(mutex_);
  void erase(Entries::iterator at) KAUDIT_REQUIRES(mutex_);

  const std::shared_ptr<FileBudget> budget_;
  mutable Mutex mutex_;
  Entries entries_ KAUDIT_GUARDED_BY(mutex_);
  std::size_t bytes_ KAUDIT_GUARDED_BY(mutex_) = 0;
};

}  // namespace kaudit::apiserver::streaming::process
