#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace kaudit::cli {

/// Rows of cells, in columns that are as wide as their widest cell; two blanks between columns,
/// none at the end of a line. A column may be aligned to the right, for numbers.
class TextTable {
 public:
  /// A cell is one line: what in it would do something to a terminal is escaped.
  void add_row(std::vector<std::string> cells);
  void align_right(std::size_t column) { right_.push_back(column); }
  void append_to(std::string& out) const;

 private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> right_;
};

/// How many columns of a terminal UTF-8 text takes, one for each character.
std::size_t width_of(const std::string& text) noexcept;

}  // namespace kaudit::cli
