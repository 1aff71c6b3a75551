#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kaudit::cli {

struct PlotBar {
  std::string label;
  std::uint64_t value = 0;
  std::uint64_t part = 0;  ///< of the value, drawn in another colour
};

/// An SVG picture with a bar a row, the largest over the whole width.
std::string svg_rows(const std::string& title, const std::vector<PlotBar>& bars);
/// An SVG picture with a bar a column, for numbers over time; the first and the last label are
/// shown.
std::string svg_columns(const std::string& title, const std::vector<PlotBar>& bars);

}  // namespace kaudit::cli
