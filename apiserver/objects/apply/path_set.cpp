#include "apiserver/objects/apply/path_set.hpp"

#include <algorithm>
#include <utility>

namespace kaudit::apiserver::objects::apply {
namespace {

using Entry = PathSet::Entry;

constexpr std::size_t kUsualEntries = 4;

void append_paths(std::vector<std::string>& out, std::string& prefix, const PathSet& set) {
  const std::size_t size = prefix.size();
  for (const Entry& entry : set.entries()) {
    if (!entry.member) continue;
    entry.element.append_shown(prefix);
    out.push_back(prefix);
    prefix.resize(size);
  }
  for (const Entry& entry : set.entries()) {
    if (entry.below.empty()) continue;
    entry.element.append_shown(prefix);
    append_paths(out, prefix, entry.below);
    prefix.resize(size);
  }
}

}  // namespace

const Entry* PathSet::find(const PathElement& element) const {
  const auto found = std::lower_bound(
      entries_.begin(), entries_.end(), element,
      [](const Entry& entry, const PathElement& wanted) { return entry.element < wanted; });
  return found != entries_.end() && found->element == element ? &*found : nullptr;
}

void PathSet::append(Entry entry) {
  if (entry.says_nothing()) return;
  if (entries_.empty()) entries_.reserve(kUsualEntries);
  entries_.push_back(std::move(entry));
}

void PathSet::sort() {
  const auto before = [](const Entry& a, const Entry& b) { return a.element < b.element; };
  if (!std::is_sorted(entries_.begin(), entries_.end(), before)) {
    std::stable_sort(entries_.begin(), entries_.end(), before);
  }
  const auto same = [](const Entry& a, const Entry& b) { return a.element == b.element; };
  if (std::adjacent_find(entries_.begin(), entries_.end(), same) == entries_.end()) return;
  std::vector<Entry, Recycled<Entry>> merged;
  for (Entry& entry : entries_) {
    if (merged.empty() || !same(merged.back(), entry)) {
      merged.push_back(std::move(entry));
    } else {
      merged.back().member |= entry.member;
      merged.back().below = united(std::move(merged.back().below), std::move(entry.below));
    }
  }
  entries_ = std::move(merged);
}

bool PathSet::operator==(const PathSet& other) const {
  return std::equal(entries_.begin(), entries_.end(), other.entries_.begin(), other.entries_.end(),
                    [](const Entry& a, const Entry& b) {
                      return a.member == b.member && a.element == b.element && a.below == b.below;
                    });
}

PathSet united(PathSet a, PathSet b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  PathSet result;
  result.entries_.reserve(a.entries_.size() + b.entries_.size());
  auto left = a.entries_.begin();
  auto right = b.entries_.begin();
  while (left != a.entries_.end() || right != b.entries_.end()) {
    const int order = left == a.entries_.end()    ? 1
                      : right == b.entries_.end() ? -1
                                                  : left->element.compare(right->element);
    if (order == 0) {
      left->member |= right->member;
      left->below = united(std::move(left->below), std::move(right->below));
      ++right;
    }
    result.entries_.push_back(std::move(order > 0 ? *right++ : *left++));
  }
  return result;
}

PathSet intersection(const PathSet& a, const PathSet& b) {
  PathSet result;
  auto left = a.entries_.begin();
  auto right = b.entries_.begin();
  while (left != a.entries_.end() && right != b.entries_.end()) {
    const int order = left->element.compare(right->element);
    if (order == 0) {
      result.append(
          {left->element, left->member && right->member, intersection(left->below, right->below)});
    }
    if (order <= 0) ++left;
    if (order >= 0) ++right;
  }
  return result;
}

template <typename Subtract>
void PathSet::subtract_each(const PathSet& other, const Subtract& subtract) {
  auto right = other.entries_.begin();
  for (Entry& entry : entries_) {
    while (right != other.entries_.end() && right->element < entry.element) ++right;
    if (right == other.entries_.end()) break;
    if (right->element == entry.element) subtract(entry, *right);
  }
  std::erase_if(entries_, [](const Entry& entry) { return entry.says_nothing(); });
}

PathSet difference(PathSet a, const PathSet& b) {
  a.subtract_each(b, [](Entry& from, const Entry& taken) {
    if (taken.member) from.member = false;
    from.below = difference(std::move(from.below), taken.below);
  });
  return a;
}

PathSet recursive_difference(PathSet a, const PathSet& b) {
  a.subtract_each(b, [](Entry& from, const Entry& taken) {
    if (taken.member) {
      from.member = false;
      from.below = {};
    } else {
      from.below = recursive_difference(std::move(from.below), taken.below);
    }
  });
  return a;
}

std::vector<std::string> shown_paths(const PathSet& set) {
  std::vector<std::string> paths;
  std::string prefix;
  append_paths(paths, prefix, set);
  return paths;
}

}  // namespace kaudit::apiserver::objects::apply
