#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/yaml/node.hpp"

namespace kaudit::yaml {

/// Takes JSON apart into its smallest pieces, keeping count of lines. A function that refuses
/// returns false and leaves the reason in error().
class JsonLexer {
 public:
  explicit JsonLexer(std::string_view text) : text_(text) {}

  void skip_white_space();
  bool at_end() const noexcept { return offset_ == text_.size(); }
  /// The next byte; only when not at_end().
  char peek() const noexcept { return text_[offset_]; }
  void skip() noexcept { ++offset_; }
  Position position() const noexcept;

  bool string(std::string& out);
  bool number(std::string& out);
  /// `true`, `false` or `null`, as the next byte says.
  bool literal(std::string_view word);

  /// Refuses the next byte, or the end of the text: `invalid character 'x' CONTEXT`.
  bool refuse(std::string_view context);
  bool refuse_with(std::string message);
  ReadError error() const { return error_; }

 private:
  bool escape(std::string& out);
  bool hex4(char32_t& c);
  bool digits();

  std::string_view text_;
  std::size_t offset_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
  ReadError error_;
};

}  // namespace kaudit::yaml
