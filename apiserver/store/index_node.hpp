#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/store/change.hpp"

/// What a SortedIndex is made of, and the search in it.
namespace kaudit::apiserver::store::index_detail {

struct Node;

inline constexpr std::size_t kMaxWidth = 64;
inline constexpr std::size_t kMinWidth = kMaxWidth / 4;

/// A key with its characters at hand: a search then waits for one place in memory a comparison,
/// not for two.
struct HeldKey {
  HeldKey() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): where a key was
  HeldKey(Key held) : key(std::move(held)), text(key ? *key : std::string_view()) {}

  Key key;
  std::string_view text;
};

struct Entry {
  HeldKey key;
  ObjectPtr object;
};

struct Branch {
  HeldKey first;  // no key below is smaller (the first branch has no such bound)
  std::size_t size = 0;
  std::shared_ptr<Node> node;
};

/// A leaf with entries or an inner node with branches.
struct Node {
  explicit Node(std::uint64_t of) : generation(of) {}
  Node(const Node& other, std::uint64_t of) : generation(of) {
    if (other.is_leaf()) {
      entries.reserve(kMaxWidth);
      entries = other.entries;
    } else {
      branches.reserve(kMaxWidth);
      branches = other.branches;
    }
  }

  bool is_leaf() const noexcept { return branches.empty(); }
  std::size_t width() const noexcept { return is_leaf() ? entries.size() : branches.size(); }
  std::size_t size() const noexcept {
    std::size_t sum = entries.size();
    for (const Branch& branch : branches) sum += branch.size;
    return sum;
  }

  const std::uint64_t generation;
  std::vector<Entry> entries;
  std::vector<Branch> branches;
};

inline std::string_view text_of(const Entry& entry) noexcept { return entry.key.text; }
inline std::string_view text_of(const Branch& branch) noexcept { return branch.first.text; }

/// Has the characters of the keys fetched that a search through [from, to) may compare with next.
template <typename Part>
void fetch_probes(const std::vector<Part>& parts, std::size_t from, std::size_t to,
                  int steps) noexcept {
  if (from >= to || steps == 0) return;
  const std::size_t middle = from + (to - from) / 2;
  __builtin_prefetch(text_of(parts[middle]).data());
  fetch_probes(parts, from, middle, steps - 1);
  fetch_probes(parts, middle + 1, to, steps - 1);
}

/// The first of [from, end) for which `before` does not hold, as std::partition_point. In a large
/// store nearly every key that is looked at has to come from memory: those of several steps are
/// asked for together.
template <typename Part, typename Before>
std::size_t search(const std::vector<Part>& parts, std::size_t from, const Before& before) {
  constexpr int kSteps = 3;
  std::size_t to = parts.size();
  for (int step = 0; from < to; ++step) {
    if (step % kSteps == 0) fetch_probes(parts, from, to, kSteps);
    const std::size_t middle = from + (to - from) / 2;
    if (before(text_of(parts[middle]))) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

inline std::size_t place_in(const Node& leaf, std::string_view key) {
  return search(leaf.entries, 0, [key](std::string_view each) { return each < key; });
}

/// Behind the entries of [from, from + count) that are under a prefix, which are the first ones.
inline std::size_t end_of(const Node& leaf, std::size_t from, std::size_t count,
                          std::string_view prefix) {
  const auto under = [prefix](std::string_view each) { return covers(prefix, each); };
  const std::size_t end = from + count;
  return under(leaf.entries[end - 1].key.text) ? end : search(leaf.entries, from, under);
}

/// The branch that a key belongs to.
inline std::size_t branch_for(const Node& inner, std::string_view key) {
  return search(inner.branches, 1, [key](std::string_view each) { return each <= key; }) - 1;
}

/// Has what a walk will come to in a leaf fetched: keys, and objects, of which a list holds on to
/// each, which touches what std::make_shared puts before it.
inline void fetch_entries(const Node& leaf, std::size_t from, std::size_t to) noexcept {
  constexpr std::size_t kCounts = 16;  // bytes
  for (std::size_t i = from; i < std::min(to, leaf.entries.size()); ++i) {
    const Entry& entry = leaf.entries[i];
    __builtin_prefetch(entry.key.text.data());
    __builtin_prefetch(reinterpret_cast<const char*>(entry.object.get()) - kCounts, 1);
  }
}

inline constexpr std::size_t kAhead = 16;  // entries that are being fetched while a walk goes on

/// The entry of that key; null when there is none.
inline const Entry* entry_of(const Node* node, std::string_view key) {
  if (node == nullptr) return nullptr;
  while (!node->is_leaf()) node = node->branches[branch_for(*node, key)].node.get();
  const std::size_t place = place_in(*node, key);
  if (place == node->entries.size() || node->entries[place].key.text != key) return nullptr;
  return &node->entries[place];
}

}  // namespace kaudit::apiserver::store::index_detail
