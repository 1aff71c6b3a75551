#include "cli/policy/output/unified_diff.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace kaudit::cli {
namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t kContext = 3;
constexpr std::size_t kMostCells = 16'000'000;  ///< of the table of common lines

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

/// A line with ` `, `-` or `+` before it.
struct Step {
  char mark;
  std::string_view line;
};

/// The shortest way from one to the other, by their longest common subsequence.
void append_middle(std::vector<Step>& steps, const Lines& a, const Lines& b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::uint32_t> common;
  const bool compared = (a.size() + 1) * width <= kMostCells;
  if (compared) {
    common.assign((a.size() + 1) * width, 0);
    for (std::size_t i = a.size(); i-- > 0;) {
      for (std::size_t j = b.size(); j-- > 0;) {
        common[i * width + j] =
            a[i] == b[j] ? common[(i + 1) * width + j + 1] + 1
                         : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
      }
    }
  }
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (compared && i < a.size() && j < b.size() && a[i] == b[j]) {
      steps.push_back({' ', a[i++]});
      ++j;
    } else if (j == b.size() || (i < a.size() && (!compared || common[(i + 1) * width + j] >=
                                                                   common[i * width + j + 1]))) {
      steps.push_back({'-', a[i++]});
    } else {
      steps.push_back({'+', b[j++]});
    }
  }
}

std::vector<Step> steps_between(const Lines& a, const Lines& b) {
  std::size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  std::size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - tail - 1] == b[b.size() - tail - 1]) {
    ++tail;
  }
  std::vector<Step> steps;
  for (std::size_t i = 0; i < head; ++i) steps.push_back({' ', a[i]});
  const auto middle = [&](const Lines& lines) {
    return Lines(lines.begin() + static_cast<std::ptrdiff_t>(head),
                 lines.end() - static_cast<std::ptrdiff_t>(tail));
  };
  append_middle(steps, middle(a), middle(b));
  for (std::size_t i = a.size() - tail; i < a.size(); ++i) steps.push_back({' ', a[i]});
  return steps;
}

std::string range_text(std::size_t start, std::size_t count) {
  return std::to_string(count == 0 ? start : start + 1) + "," + std::to_string(count);
}

}  // namespace

std::string unified_diff(std::string_view name, std::string_view before, std::string_view after) {
  const Lines a = lines_of(before);
  const Lines b = lines_of(after);
  const std::vector<Step> steps = steps_between(a, b);
  std::string out;
  std::size_t line_a = 0;
  std::size_t line_b = 0;
  for (std::size_t i = 0; i < steps.size();) {
    const auto is_change = [](const Step& step) { return step.mark != ' '; };
    const auto from = steps.begin() + static_cast<std::ptrdiff_t>(i);
    const auto change =
        static_cast<std::size_t>(std::find_if(from, steps.end(), is_change) - steps.begin());
    if (change == steps.size()) break;
    const std::size_t start = std::max(i, change - std::min(change, kContext));
    line_a += start - i;
    line_b += start - i;
    // A hunk ends where more than twice the context is unchanged.
    std::size_t last = change;
    for (std::size_t at = change; at < steps.size() && at <= last + 2 * kContext + 1; ++at) {
      if (is_change(steps[at])) last = at;
    }
    const std::size_t end = std::min(steps.size(), last + kContext + 1);
    std::string hunk;
    std::size_t count_a = 0;
    std::size_t count_b = 0;
    for (std::size_t at = start; at < end; ++at) {
      count_a += steps[at].mark != '+' ? 1 : 0;
      count_b += steps[at].mark != '-' ? 1 : 0;
      hunk += steps[at].mark;
      hunk += steps[at].line;
      if (!steps[at].line.ends_with('\n')) hunk += "\n\\ No newline at end of file\n";
    }
    if (out.empty()) out = "--- " + std::string(name) + "\n+++ " + std::string(name) + "\n";
    out +=
        "@@ -" + range_text(line_a, count_a) + " +" + range_text(line_b, count_b) + " @@\n" + hunk;
    line_a += count_a;
    line_b += count_b;
    i = end;
  }
  return out;
}

}  // namespace kaudit::cli
