#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/store/change.hpp"
#include "apiserver/store/fetch_count.hpp"

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

/// A leaf or an inner node. Its members stand apart, so that a search looks at keys alone, and the
/// objects of a leaf are a run that a list can hold.
struct Node {
  enum class Kind : std::uint8_t { Leaf, Inner };

  /// With room for all that it can ever have: nothing that is put into it takes memory.
  explicit Node(Kind of) : kind(of) {
    keys.reserve(kMaxWidth);
    if (is_leaf()) {
      objects.reserve(kMaxWidth);
    } else {
      nodes.reserve(kMaxWidth);
      sizes.reserve(kMaxWidth);
    }
  }
  Node(const Node& other) : Node(other.kind) {
    objects = other.objects;
    nodes = other.nodes;
    keys = other.keys;
    sizes = other.sizes;
  }
  Node& operator=(const Node&) = delete;
  Node(Node&&) = delete;
  Node& operator=(Node&&) = delete;
  ~Node() = default;

  bool is_leaf() const noexcept { return kind == Kind::Leaf; }
  std::size_t width() const noexcept { return keys.size(); }
  std::size_t size() const noexcept {
    return std::accumulate(sizes.begin(), sizes.end(), objects.size());
  }
  /// How many entries are below the first `count` of `nodes`.
  std::size_t size_before(std::size_t count) const noexcept {
    return std::accumulate(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(count),
                           std::size_t{0});
  }

  const Kind kind;
  std::vector<ObjectPtr> objects;            // of a leaf: that of each key
  std::vector<std::shared_ptr<Node>> nodes;  // of an inner node
  /// Of an inner node: no key below that node is smaller (the first one has no such bound).
  std::vector<HeldKey> keys;
  std::vector<std::size_t> sizes;  // of an inner node: how many entries are below each of `nodes`
};

/// Has fetched what it takes to hold on to a node: its count, and where its objects are.
inline void fetch_node(const Node* node) noexcept {
  fetch_count(node);
  __builtin_prefetch(reinterpret_cast<const char*>(node) + offsetof(Node, keys) - 1);
}

/// Has the characters of the keys fetched that a search through [from, to) may compare with next.
inline void fetch_probes(const std::vector<HeldKey>& keys, std::size_t from, std::size_t to,
                         int steps) noexcept {
  if (from >= to || steps == 0) return;
  const std::size_t middle = from + (to - from) / 2;
  __builtin_prefetch(keys[middle].text.data());
  fetch_probes(keys, from, middle, steps - 1);
  fetch_probes(keys, middle + 1, to, steps - 1);
}

/// The first of [from, end) for which `before` does not hold, as std::partition_point. In a large
/// store nearly every key that is looked at has to come from memory: those of several steps are
/// asked for together.
template <typename Before>
std::size_t search(const std::vector<HeldKey>& keys, std::size_t from, const Before& before) {
  constexpr int kSteps = 3;
  std::size_t to = keys.size();
  for (int step = 0; from < to; ++step) {
    if (step % kSteps == 0) fetch_probes(keys, from, to, kSteps);
    const std::size_t middle = from + (to - from) / 2;
    if (before(keys[middle].text)) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

inline std::size_t place_in(const Node& leaf, std::string_view key) {
  return search(leaf.keys, 0, [key](std::string_view each) { return each < key; });
}

/// The place of the node below that a key belongs to.
inline std::size_t branch_for(const Node& inner, std::string_view key) {
  return search(inner.keys, 1, [key](std::string_view each) { return each <= key; }) - 1;
}

inline constexpr std::size_t kAhead = 16;  // entries that are being fetched while a walk goes on

/// Has what a walk will come to in a leaf fetched: keys and objects.
inline void fetch_entries(const Node& leaf, std::size_t from, std::size_t to) noexcept {
  for (std::size_t i = from; i < std::min(to, leaf.width()); ++i) {
    __builtin_prefetch(leaf.keys[i].text.data());
    __builtin_prefetch(leaf.objects[i].get());
  }
}

/// The leaf that has a key, and where in it.
struct Place {
  const Node* leaf = nullptr;  // null: nowhere
  std::size_t position = 0;
};

inline Place place_of(const Node* node, std::string_view key) {
  if (node == nullptr) return {};
  while (!node->is_leaf()) node = node->nodes[branch_for(*node, key)].get();
  const std::size_t position = place_in(*node, key);
  if (position == node->width() || node->keys[position].text != key) return {};
  return {node, position};
}

}  // namespace kaudit::apiserver::store::index_detail
