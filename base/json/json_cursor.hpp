#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kaudit {

/// Walks over JSON that is valid and compact (compact_json(), RawJson) value by value, without
/// building anything.
///
///     for (bool more = cursor.enter(); more; more = cursor.next()) {
///       const std::string_view key = cursor.key();  // in an object only
///       … exactly one of skip(), string(), enter() … for the value
///     }
///
/// On text that is not what it promises the cursor throws std::logic_error; it never reads outside
/// the text, which must outlive it. Not thread-safe.
class JsonCursor {
 public:
  enum class Kind : std::uint8_t { Object, Array, String, Number, Boolean, Null };

  explicit JsonCursor(std::string_view compact) noexcept : text_(compact) {}

  /// The kind of the value that comes next.
  Kind kind() const;
  /// Where in the text the cursor stands.
  std::size_t offset() const noexcept { return at_; }

  /// Goes into the object or array that comes next. False: it was empty and is now behind the
  /// cursor.
  bool enter();
  /// After an element: to the next one. False: there was none, and the object or array is now
  /// behind the cursor.
  bool next();
  /// Reads a member's name and goes to its value. Decoded as string() does; the view is good until
  /// the next call.
  std::string_view key();

  /// Passes the value that comes next and returns its bytes.
  std::string_view skip();
  /// Passes the string that comes next and returns its text. (decode_json_string)
  std::string string();

 private:
  char peek() const;
  void expect(char c);
  /// Passes a string and returns what is between its quotes.
  std::string_view raw_string();
  /// Goes to the end that `to_end` finds, and returns what was passed.
  std::string_view pass(const char* (*to_end)(const char*, const char*));

  std::string_view text_;
  std::size_t at_ = 0;
  std::string key_;
};

std::string_view to_string(JsonCursor::Kind kind) noexcept;

}  // namespace kaudit
