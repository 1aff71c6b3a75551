#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace kaudit {

/// Appends text to a string through a small buffer of its own, so that many short pieces cost a few
/// instructions each and no growing. What is written is in the string when the writer is flushed or
/// gone. The string must outlive the writer and not be touched until then.
///
/// All but the destructor may throw std::bad_alloc, which loses what is not in the string yet. So
/// who goes on without memory flushes by hand, and has the writer drop the rest at its end.
class TextWriter {
 public:
  enum class AtEnd : std::uint8_t { Flush, Drop };

  explicit TextWriter(std::string& out, AtEnd at_end = AtEnd::Flush) noexcept
      : out_(out), at_end_(at_end) {}
  TextWriter(const TextWriter&) = delete;
  TextWriter& operator=(const TextWriter&) = delete;
  ~TextWriter() {
    if (at_end_ == AtEnd::Flush) flush();
  }

  /// Text that is known when compiling: `writer.literal("HTTP/1.1 ")`.
  template <std::size_t N>
  void literal(const char (&text)[N]) {
    static_assert(N - 1 <= kCapacity);
    make_room(N - 1);
    std::memcpy(buffer_.data() + used_, text, N - 1);
    used_ += N - 1;
  }

  void character(char text) {
    make_room(1);
    buffer_[used_++] = text;
  }

  /// Text as it stands, of any length.
  void raw(std::string_view text) {
    if (text.size() > kCapacity - used_) {
      append_long(text);
      return;
    }
    used_ += text.copy(next(), text.size());  // which takes an empty view of nothing
  }

  void integer(std::int64_t value);

  /// Makes room in the string, at once, for text that will be too long for the writer.
  void reserve(std::size_t bytes) {
    if (bytes > kCapacity - used_) out_.reserve(size() + bytes);
  }
  /// All the text, of a writer whose string was empty: what is short enough is in the writer and
  /// not in the string. Good until the writer is used again.
  std::string_view finish();

  /// Of the string, as it will be when the writer is flushed.
  std::size_t size() const noexcept { return out_.size() + used_; }

  void flush();

 protected:
  static constexpr std::size_t kCapacity = 1024;

  void make_room(std::size_t bytes) {
    if (kCapacity - used_ < bytes) flush();
  }
  /// Where the next character goes.
  char* next() noexcept { return buffer_.data() + used_; }
  void skip(std::size_t written) noexcept { used_ += written; }

 private:
  void append_long(std::string_view text);

  std::string& out_;
  const AtEnd at_end_;
  std::size_t used_ = 0;
  // Left uninitialised on purpose: only [0, used_) is ever read.
  std::array<char, kCapacity> buffer_;
};

}  // namespace kaudit
