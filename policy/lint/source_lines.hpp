#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/yaml/node.hpp"

namespace kaudit::policy::lint {

/// A text by its lines. The text must outlive it.
class SourceLines {
 public:
  explicit SourceLines(std::string_view text);

  /// Without its line break; empty when there is no such line. Counted from 1.
  std::string_view line(int number) const noexcept;

  int count() const noexcept { return static_cast<int>(starts_.size()); }

  /// Where a place is in the text; its end for a line after the last one. A column after a line's
  /// end is its end.
  std::size_t offset_of(yaml::Position position) const noexcept;

  /// How many bytes the word, number or quoted text at this place has; at least 1.
  std::size_t length_at(yaml::Position position) const noexcept;

  /// The column in code points instead of bytes.
  int code_points(yaml::Position position) const noexcept;

 private:
  std::string_view from(yaml::Position position) const noexcept;

  std::string_view text_;
  std::vector<std::size_t> starts_;
};

}  // namespace kaudit::policy::lint
