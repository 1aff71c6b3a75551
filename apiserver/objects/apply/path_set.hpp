#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/objects/apply/path_element.hpp"

namespace kaudit::apiserver::objects::apply {

/// A set of paths to fields, as a tree: what managedFields record of a manager. A path may be in
/// the set with or without paths below it. (structured-merge-diff fieldpath.Set)
///
/// Its functions recurse, one call a level; code that builds one from what a client sent keeps it
/// within kMaxPathDepth. A value.
class PathSet {
 public:
  struct Entry;

  bool empty() const noexcept { return entries_.empty(); }
  /// In the order of their elements; each is in the set itself or has paths below it.
  const std::vector<Entry, Recycled<Entry>>& entries() const noexcept { return entries_; }
  const Entry* find(const PathElement& element) const;

  /// For building: room for so many.
  void reserve(std::size_t entries);
  /// For building: adds an entry that says something, in any order; sort() comes at the end.
  void append(Entry entry);
  /// Makes of entries in any order a set; equal ones become one.
  void sort();

  /// For what `change` makes of an entry: it says something still, of the same element.
  template <typename Change>
  void change_each(const Change& change);

  bool operator==(const PathSet& other) const;

  friend PathSet united(PathSet a, PathSet b);
  friend PathSet intersection(const PathSet& a, const PathSet& b);
  /// `a` without the very paths that are in `b`.
  friend PathSet difference(PathSet a, const PathSet& b);
  /// `a` without those paths and all below them.
  friend PathSet recursive_difference(PathSet a, const PathSet& b);

 private:
  template <typename Subtract>
  void subtract_each(const PathSet& other, const Subtract& subtract);

  std::vector<Entry, Recycled<Entry>> entries_;
};

struct PathSet::Entry {
  PathElement element;
  bool member = false;  ///< the path itself is in the set
  PathSet below = {};

  bool says_nothing() const noexcept { return !member && below.empty(); }
};

// Here, where an entry is whole.
inline void PathSet::reserve(std::size_t entries) { entries_.reserve(entries); }
template <typename Change>
void PathSet::change_each(const Change& change) {
  for (Entry& entry : entries_) change(entry);
}

/// Levels of an object that server-side apply goes down. No real object comes near it.
inline constexpr std::size_t kMaxPathDepth = 1'000;

/// All paths as errors show them (`.spec.ports[port=80]`); those that are in the set come before
/// what is deeper, on each level.
std::vector<std::string> shown_paths(const PathSet& set);

}  // namespace kaudit::apiserver::objects::apply
