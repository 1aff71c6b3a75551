#include "base/text/spelling.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "base/text/ascii.hpp"

namespace kaudit {
namespace {

constexpr std::size_t kLongest = 64;

}  // namespace

// Rows of the usual table (optimal string alignment): the one before last, the last, this one.
std::size_t edit_distance(std::string_view a, std::string_view b) noexcept {
  if (a.size() > kLongest || b.size() > kLongest) return std::numeric_limits<std::size_t>::max();
  using Row = std::array<std::size_t, kLongest + 1>;
  Row before{};
  Row last{};
  Row row{};
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = to_lower(a[i - 1]) == to_lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && to_lower(a[i - 1]) == to_lower(b[j - 2]) &&
                           to_lower(a[i - 2]) == to_lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[b.size()];
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates,
                         std::size_t always_near) noexcept {
  std::string_view best;
  std::size_t best_distance = std::max(always_near, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t longer = std::max(word.size(), candidate.size());
    if (longer - std::min(word.size(), candidate.size()) >= best_distance) continue;
    const std::size_t d = edit_distance(word, candidate);
    if (d < best_distance) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

}  // namespace kaudit
