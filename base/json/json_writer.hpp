#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace kaudit {

/// Appends JSON text to a string through a small buffer of its own, so that the many short pieces
/// of an event cost a few instructions each and no growing. What is written is in the string when
/// the writer is flushed or gone. The string must outlive the writer and not be touched until then.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) noexcept : out_(out) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;
  ~JsonWriter() { flush(); }

  /// Text that is JSON as it stands, known when compiling: `writer.literal(R"(,"level":)")`.
  template <std::size_t N>
  void literal(const char (&text)[N]) {
    static_assert(N - 1 <= kCapacity);
    make_room(N - 1);
    std::memcpy(buffer_.data() + used_, text, N - 1);
    used_ += N - 1;
  }

  void character(char json) {
    make_room(1);
    buffer_[used_++] = json;
  }

  /// Text that is JSON as it stands, of any length.
  void raw(std::string_view json);

  /// A JSON string with its quotes, escaped as Go's encoding/json does (append_json_string).
  void string(std::string_view text);

  void integer(std::int64_t value);

  /// A finite number. (json_number)
  void number(double value);

  void flush() {
    out_.append(buffer_.data(), used_);
    used_ = 0;
  }

 private:
  static constexpr std::size_t kCapacity = 1024;

  void make_room(std::size_t bytes) {
    if (kCapacity - used_ < bytes) flush();
  }
  void finish_string(std::string_view text);
  std::size_t write_escaped(std::string_view text);

  std::string& out_;
  std::size_t used_ = 0;
  // Left uninitialised on purpose: only [0, used_) is ever read.
  std::array<char, kCapacity> buffer_;
};

}  // namespace kaudit
