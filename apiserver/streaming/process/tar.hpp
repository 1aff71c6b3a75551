#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/streaming/process/file_tree.hpp"

namespace kaudit::apiserver::streaming::process {

/// One member of a tar archive.
struct TarEntry {
  std::string name;
  FileTree::Entry entry;
};

/// Reads a tar archive from pieces of any size: ustar, with what pax and GNU add for long names and
/// large numbers. Files larger than a FileTree takes, and special files, end it. (POSIX.1-2008 pax;
/// Go's archive/tar, which kubectl cp writes with)
class TarReader {
 public:
  /// Takes all bytes, but those behind the end of the archive are dropped.
  void read(std::string_view bytes);
  std::vector<TarEntry> take_entries() { return std::exchange(entries_, {}); }
  bool ended() const noexcept { return ended_; }
  /// Nothing is under way: the archive may end here.
  bool between_entries() const noexcept { return buffer_.empty() && body_size_ == 0; }
  /// Bytes kept of what is under way.
  std::size_t kept() const noexcept { return buffer_.size(); }
  /// Why the archive cannot be read on; "" when it can.
  const std::string& error() const noexcept { return error_; }

 private:
  static constexpr std::size_t kBlock = 512;

  void read_header(std::string_view block);
  void read_body();
  void end_entry(std::string body);
  void read_pax(std::string_view records);

  std::vector<TarEntry> entries_;
  std::string buffer_;  // a header that is not whole, or the body so far
  TarEntry entry_;
  char kind_ = '0';            // of the entry under way
  std::size_t body_size_ = 0;  // of the entry, 0: a header comes next
  int zero_blocks_ = 0;
  std::string long_name_;  // what an extension said of the next entry
  std::string long_link_;
  bool ended_ = false;
  std::string error_;
};

/// Appends what stands before an entry's content, which is to follow, and then tar_padding(). A
/// name that ustar does not hold gets a pax record.
void append_tar_header(std::string& out, const TarEntry& entry);
std::string tar_padding(std::size_t content_size);
void append_tar_end(std::string& out);

}  // namespace kaudit::apiserver::streaming::process
