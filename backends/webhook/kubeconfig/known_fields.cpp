#include "backends/webhook/kubeconfig/known_fields.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"

namespace kaudit::backends::webhook {
namespace {

/// How many letters must be inserted, left out or changed, whatever their case.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (to_lower(a[i - 1]) == to_lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

constexpr std::size_t kLongest = 64;

std::string_view nearest(std::string_view key, KnownFields known) {
  if (key.size() > kLongest || known.empty()) return "";
  const auto best =
      std::ranges::min(known, {}, [key](std::string_view field) { return distance(key, field); });
  return distance(key, best) <= std::max<std::size_t>(1, key.size() / 3) ? best : "";
}

}  // namespace

std::optional<std::string> unknown_field(std::string_view key, yaml::Position position,
                                         const std::string& path, KnownFields known) {
  if (std::ranges::find(known, key) != known.end()) return std::nullopt;
  std::string text = "line " + std::to_string(position.line) + ", column " +
                     std::to_string(position.column) + ": unknown field " + go_quoted(path) +
                     " is passed over";
  if (const auto meant = nearest(key, known); !meant.empty()) {
    text += "; write " + go_quoted(meant) + " if that is meant";
  }
  return text;
}

}  // namespace kaudit::backends::webhook
