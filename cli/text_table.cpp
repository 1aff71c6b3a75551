#include "cli/text_table.hpp"

#include <algorithm>
#include <utility>

#include "base/text/quote.hpp"

namespace kaudit::cli {

std::size_t width_of(const std::string& text) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void TextTable::add_row(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = visible(cell);
  rows_.push_back(std::move(cells));
}

void TextTable::append_to(std::string& out) const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    // The last cell of a row may be as long as it likes.
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(row[i]));
    }
  }
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::size_t width = width_of(row[i]);
      const bool right = std::ranges::find(right_, i) != right_.end();
      const std::size_t padding = widths[i] > width ? widths[i] - width : 0;
      if (i > 0) out += "  ";
      if (right) out.append(padding, ' ');
      out += row[i];
      if (!right && i + 1 < row.size()) out.append(padding, ' ');
    }
    while (out.ends_with(' ')) out.pop_back();
    out += '\n';
  }
}

}  // namespace kaudit::cli
