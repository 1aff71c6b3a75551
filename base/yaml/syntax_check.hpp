#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/yaml/node.hpp"

namespace kaudit::yaml {

/// What yaml-cpp lets pass and libyaml (so Kubernetes) does not, checked on the source text itself.
/// Offsets are those of yaml-cpp's marks. Each check gives the reason for a refusal, or nothing.
class SyntaxCheck {
 public:
  explicit SyntaxCheck(std::string_view text) : text_(text) {}

  /// Where more than `limit` flow collections open one in another with nothing but white space
  /// between them, at the start of a value. yaml-cpp keeps every token of such a run (200 bytes
  /// each) before it looks at how deep it is.
  std::optional<Position> opens_too_many(std::size_t limit) const noexcept;
  /// `%YAML` other than 1.1 or given twice, and directives that do not exist.
  std::optional<ReadError> directives() const;
  /// A quoted scalar must be closed, and YAML 1.1 has no escapes but its own.
  const char* quoted_scalar(std::size_t offset) const noexcept;
  /// What comes before a token. A plain scalar eats the empty lines that follow it up to a comment,
  /// tabs too; a block scalar (`|`, `>`) may have had lines that only look like comments.
  enum class Previous { PlainScalar, BlockScalar, Other };
  /// A tab may not indent a token of block style, …
  const char* indentation(std::size_t offset) const noexcept;
  /// … nor a comment or an empty line above the line of a token.
  const char* gap_above(std::size_t offset, Previous previous) const noexcept;
  /// The same for the lines after the last token of the file.
  const char* trailing_lines(Previous previous) const noexcept;
  /// A block sequence that is the whole document ends with the document. `next` is where the parser
  /// would go on.
  bool continues_after_root(std::size_t next) const noexcept;
  bool is_comma(std::size_t offset) const noexcept { return at(offset) == ','; }
  /// What a scalar that starts here is to the token that follows it.
  Previous scalar_kind(std::size_t offset) const noexcept;
  /// A key of a block mapping must have its ':' on the same line.
  const char* block_key(std::size_t offset) const noexcept;

 private:
  char at(std::size_t offset) const noexcept {
    return offset < text_.size() ? text_[offset] : '\0';
  }
  std::size_t skip_blanks(std::size_t offset) const noexcept;
  std::size_t skip_properties(std::size_t offset) const noexcept;
  std::size_t end_of_quoted(std::size_t offset) const noexcept;
  const char* check_gap(std::string_view line, bool is_indented_by_tab,
                        Previous previous) const noexcept;
  std::string_view line_before(std::size_t offset) const noexcept;
  bool follows_question_mark(std::size_t offset) const noexcept;

  std::string_view text_;
};

}  // namespace kaudit::yaml
