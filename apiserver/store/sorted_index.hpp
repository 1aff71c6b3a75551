#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "apiserver/store/change.hpp"
#include "apiserver/store/key_table.hpp"
#include "apiserver/store/object_list.hpp"

namespace kaudit::apiserver::store {

namespace index_detail {
struct Node;
}  // namespace index_detail

/// A SortedIndex as it was at one moment. Immutable; any thread may read it, whatever happens to
/// the index in the meantime.
class IndexSnapshot {
 public:
  /// A walk over the entries in the order of their keys. The snapshot must outlive it.
  class Cursor {
   public:
    bool at_end() const noexcept { return depth_ == 0; }
    std::string_view key() const noexcept;
    const Key& stored_key() const noexcept;
    const ObjectPtr& object() const noexcept;
    void next() noexcept;

   private:
    friend class IndexSnapshot;
    void settle() noexcept;
    void fetch_ahead() const noexcept;

    struct Step {
      const index_detail::Node* node;
      std::size_t position;
    };
    std::array<Step, 16> path_{};  // from the root to a leaf
    std::size_t depth_ = 0;
  };

  IndexSnapshot() = default;
  const ObjectPtr* find(std::string_view key) const noexcept;
  /// How many keys come before that one. O(log n).
  std::size_t rank(std::string_view key) const noexcept;
  std::size_t size() const noexcept;
  /// Those from that place in the order of their keys on, `count` of them at most. What it holds is
  /// the leaves they are in, so it costs a leaf each, not an object.
  ObjectList objects(std::size_t rank, std::size_t count) const;
  /// At the first key that is not before that one.
  Cursor lower_bound(std::string_view key) const noexcept;

 private:
  friend class SortedIndex;
  explicit IndexSnapshot(std::shared_ptr<index_detail::Node> root) : root_(std::move(root)) {}
  std::shared_ptr<index_detail::Node> root_;
};

/// Objects by key: a B+ tree that knows how many entries are below each node, so that the rest of a
/// list is counted without walking it, and that copies on write: a snapshot costs nothing when it
/// is taken; a later change copies the few nodes on its way that somebody else still holds, a
/// snapshot or an ObjectList.
/// Beside it is a table for those who ask for one key.
///
/// Changes need exclusive access; find() and snapshot() may run beside each other. One that throws
/// (std::bad_alloc) has changed nothing.
class SortedIndex {
 public:
  /// null when there is none.
  const ObjectPtr* find(std::string_view key) const noexcept { return table_.find(key); }
  std::size_t size() const noexcept { return tree_.size(); }
  /// The key as it is stored; null when there is none.
  Key stored_key(std::string_view key) const noexcept;
  /// Adds an object, or puts it in the place of the one with that key.
  void put(const Key& key, ObjectPtr object);
  void erase(std::string_view key);
  IndexSnapshot snapshot() const { return tree_; }

 private:
  struct Sibling;
  void put_into_tree(const Key& key, ObjectPtr object);
  Sibling insert(std::shared_ptr<index_detail::Node>& place, const Key& key, ObjectPtr& object);
  Sibling insert_into_leaf(index_detail::Node& leaf, const Key& key, ObjectPtr& object);
  Key remove(std::shared_ptr<index_detail::Node>& place, std::string_view key);
  void merge_if_possible(index_detail::Node& parent, std::size_t position);

  IndexSnapshot tree_;
  KeyTable table_;  ///< of the same entries; its keys are the tree's
};

}  // namespace kaudit::apiserver::store
