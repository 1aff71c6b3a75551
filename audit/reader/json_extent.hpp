#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/json/bracket_stack.hpp"

namespace kaudit::audit::reader {

enum class Extent : std::uint8_t { Complete, Incomplete, Broken };

/// Finds where a JSON value ends, in text that becomes longer. Brackets, strings, commas and colons
/// must be where they belong, so that a value that was cut off is found out by what follows it;
/// numbers, words and escapes are the decoder's to judge. Looks at each byte once.
class JsonExtent {
 public:
  /// `text` begins with the value (no white space before it), and with what was given before.
  Extent scan(std::string_view text);

  /// Where the value ends, or where it is broken.
  std::size_t size() const noexcept { return at_; }

 private:
  enum class Expect : std::uint8_t { Value, ValueOrEnd, Name, NameOrEnd, Colon, CommaOrEnd };

  bool string(std::string_view text);
  bool punctuation(char c);
  void value_is_over();

  BracketStack open_;
  std::size_t at_ = 0;
  Expect expect_ = Expect::Value;
  bool in_string_ = false;
  bool is_name_ = false;  ///< the string that is open
  bool escaped_ = false;  ///< the byte before was a backslash
  bool in_scalar_ = false;
  bool broken_ = false;
  bool complete_ = false;
};

}  // namespace kaudit::audit::reader
