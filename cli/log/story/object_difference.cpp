#include "cli/log/story/object_difference.hpp"

#include <algorithm>
#include <cstddef>
#include <map>

#include "audit/search/slices.hpp"
#include "base/text/quote.hpp"

namespace kaudit::cli {
namespace {

using audit::search::ElementWalk;
using audit::search::MemberWalk;

constexpr std::size_t kDeepestValue = 64;
constexpr std::size_t kMostPaths = 20'000;
constexpr std::size_t kMostDifferences = 40;

using Paths = std::map<std::string, std::string>;

bool is_left_out(std::string_view path) {
  return path.starts_with("metadata.managedFields") || path == "metadata.resourceVersion" ||
         path == "metadata.generation" || path == "kind" || path == "apiVersion";
}

void collect_paths(std::string_view slice, const std::string& path, std::size_t depth, Paths& out) {
  if (depth > kDeepestValue || out.size() >= kMostPaths || is_left_out(path)) return;
  bool any = false;
  if (audit::search::is_object(slice)) {
    for (MemberWalk walk(slice); walk.next(); any = true) {
      collect_paths(walk.value(),
                    path.empty() ? std::string(walk.name()) : path + "." + std::string(walk.name()),
                    depth + 1, out);
    }
    if (any) return;
  } else if (audit::search::is_array(slice)) {
    std::size_t index = 0;
    for (ElementWalk walk(slice); walk.next(); any = true) {
      collect_paths(walk.value(), path + "[" + std::to_string(index++) + "]", depth + 1, out);
    }
    if (any) return;
  }
  constexpr std::size_t kLongestValue = 120;
  std::string text = audit::search::text_of(slice);
  if (text.size() > kLongestValue) text = text.substr(0, kLongestValue) + "…";
  out.emplace(path, visible(text));
}

Paths paths_of(std::string_view object) {
  Paths paths;
  collect_paths(object, "", 0, paths);
  return paths;
}

/// Long lists are cut short.
void keep_most(std::vector<std::string>& lines) {
  if (lines.size() <= kMostDifferences) return;
  const std::size_t more = lines.size() - kMostDifferences;
  lines.resize(kMostDifferences);
  lines.push_back("… and " + std::to_string(more) + " more");
}

}  // namespace

std::vector<std::string> object_difference(std::string_view before, std::string_view after) {
  const Paths old_paths = paths_of(before);
  const Paths new_paths = paths_of(after);
  std::vector<std::string> lines;
  for (const auto& [path, value] : old_paths) {
    const auto found = new_paths.find(path);
    if (found == new_paths.end()) {
      lines.push_back(visible(path) + ": " + value + " -> gone");
    } else if (found->second != value) {
      lines.push_back(visible(path) + ": " + value + " -> " + found->second);
    }
  }
  for (const auto& [path, value] : new_paths) {
    if (!old_paths.contains(path)) lines.push_back(visible(path) + ": " + value + " (new)");
  }
  std::ranges::sort(lines);
  keep_most(lines);
  return lines;
}

std::vector<std::string> object_values(std::string_view object) {
  std::vector<std::string> lines;
  for (const auto& [path, value] : paths_of(object)) lines.push_back(visible(path) + ": " + value);
  keep_most(lines);
  return lines;
}

}  // namespace kaudit::cli
