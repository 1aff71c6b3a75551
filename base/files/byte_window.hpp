#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/files/byte_source.hpp"

namespace kaudit {

/// What more() found.
enum class MoreBytes : std::uint8_t {
  Got,
  End,   ///< of the source; failure() says whether it came too early
  Full,  ///< the window has its largest size
};

/// The part of a source that is looked at: grows at its end up to a limit, is cut at its front.
/// Views stay good until more(). Not thread-safe.
class ByteWindow {
 public:
  /// `limit` in bytes; the memory that is taken is a quarter of a megabyte where that is enough.
  ByteWindow(std::unique_ptr<ByteSource> source, std::size_t limit);

  std::string_view view() const noexcept { return {buffer_.get() + begin_, end_ - begin_}; }
  /// Of the first byte of view() in the source.
  std::uint64_t offset() const noexcept { return offset_; }

  MoreBytes more();
  /// Cuts bytes off the front, as many as view() has at most.
  void consume(std::size_t bytes) noexcept {
    begin_ += bytes;
    offset_ += bytes;
  }
  /// Why the source ended before its end; empty when it did not.
  const std::string& failure() const noexcept { return failure_; }

 private:
  void make_room();

  std::unique_ptr<ByteSource> source_;
  std::size_t limit_;
  std::size_t capacity_;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0;
  bool ended_ = false;
  std::string failure_;
};

}  // namespace kaudit
