#include "apiserver/store/sorted_index.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include "apiserver/store/index_node.hpp"

namespace kaudit::apiserver::store {

using index_detail::Branch;
using index_detail::branch_for;
using index_detail::Entry;
using index_detail::kMaxWidth;
using index_detail::kMinWidth;
using index_detail::Node;

const ObjectPtr* IndexSnapshot::find(std::string_view key) const noexcept {
  const Entry* const entry = index_detail::entry_of(root_.get(), key);
  return entry != nullptr ? &entry->object : nullptr;
}

std::size_t IndexSnapshot::rank(std::string_view key) const noexcept {
  std::size_t before = 0;
  const Node* node = root_.get();
  if (node == nullptr) return 0;
  while (!node->is_leaf()) {
    const std::size_t position = branch_for(*node, key);
    for (std::size_t i = 0; i < position; ++i) before += node->branches[i].size;
    node = node->branches[position].node.get();
  }
  return before + index_detail::place_in(*node, key);
}

std::size_t IndexSnapshot::size() const noexcept { return root_ ? root_->size() : 0; }

IndexSnapshot::Cursor IndexSnapshot::lower_bound(std::string_view key) const noexcept {
  Cursor cursor;
  const Node* node = root_.get();
  if (node == nullptr) return cursor;
  while (!node->is_leaf()) {
    const std::size_t position = branch_for(*node, key);
    cursor.path_[cursor.depth_++] = {node, position};
    node = node->branches[position].node.get();
  }
  const std::size_t place = index_detail::place_in(*node, key);
  index_detail::fetch_entries(*node, place, place + 2 * index_detail::kAhead);
  cursor.path_[cursor.depth_++] = {node, place};
  cursor.settle();
  return cursor;
}

const Entry& IndexSnapshot::Cursor::entry() const noexcept {
  const Step& step = path_[depth_ - 1];
  return step.node->entries[step.position];
}

std::string_view IndexSnapshot::Cursor::key() const noexcept { return entry().key.text; }

const Key& IndexSnapshot::Cursor::stored_key() const noexcept { return entry().key.key; }

const ObjectPtr& IndexSnapshot::Cursor::object() const noexcept { return entry().object; }

void IndexSnapshot::Cursor::next() noexcept {
  ++path_[depth_ - 1].position;
  settle();
}

void IndexSnapshot::Cursor::take(std::string_view prefix, std::size_t limit,
                                 std::vector<ObjectPtr>& into) {
  while (!at_end() && limit > 0) {
    Step& step = path_[depth_ - 1];
    const std::vector<Entry>& entries = step.node->entries;
    const std::size_t room = std::min(limit, entries.size() - step.position);
    const std::size_t end = index_detail::end_of(*step.node, step.position, room, prefix);
    limit -= end - step.position;
    while (step.position < end) {
      into.push_back(entries[step.position].object);
      if (++step.position % index_detail::kAhead == 0) fetch_ahead();
    }
    if (end < entries.size()) return;
    settle();
  }
}

/// From the end of a leaf to the first entry of the next leaf.
void IndexSnapshot::Cursor::settle() noexcept {
  while (depth_ > 0 && path_[depth_ - 1].position == path_[depth_ - 1].node->width()) {
    if (--depth_ > 0) ++path_[depth_ - 1].position;
  }
  while (depth_ > 0 && !path_[depth_ - 1].node->is_leaf()) {
    const Step& step = path_[depth_ - 1];
    path_[depth_++] = {step.node->branches[step.position].node.get(), 0};
  }
  if (depth_ > 0 && path_[depth_ - 1].position % index_detail::kAhead == 0) fetch_ahead();
}

void IndexSnapshot::Cursor::fetch_ahead() const noexcept {
  const Step& step = path_[depth_ - 1];
  const std::size_t known = step.position == 0 ? 0 : index_detail::kAhead;
  index_detail::fetch_entries(*step.node, step.position + known,
                              step.position + 2 * index_detail::kAhead);
}

/// What splitting a node leaves beside it; empty when it was not split.
struct SortedIndex::Sibling {
  Key first;
  std::shared_ptr<Node> node;
};

IndexSnapshot SortedIndex::snapshot() const {
  generation_.fetch_add(1, std::memory_order_relaxed);  // a writer of the tree has a lock
  return tree_;
}

Node& SortedIndex::own(std::shared_ptr<Node>& node) {
  const std::uint64_t now = generation_.load(std::memory_order_relaxed);
  if (node->generation != now) node = std::make_shared<Node>(*node, now);
  return *node;
}

Key SortedIndex::stored_key(std::string_view key) const noexcept {
  const Entry* const entry = index_detail::entry_of(tree_.root_.get(), key);
  return entry != nullptr ? entry->key.key : nullptr;
}

namespace {

/// Moves the end of a full node, from `middle` on, into a node of its own.
template <typename Part>
void split(std::vector<Part>& full, std::vector<Part>& rest, std::size_t middle) {
  const auto from = full.begin() + static_cast<std::ptrdiff_t>(middle);
  rest.reserve(kMaxWidth);
  rest.assign(std::make_move_iterator(from), std::make_move_iterator(full.end()));
  full.erase(from, full.end());
}

// Keys that come in ascending order leave full nodes behind, not half empty ones.
std::size_t middle_for(std::size_t position) {
  return position == kMaxWidth ? kMaxWidth : kMaxWidth / 2;
}

}  // namespace

void SortedIndex::put(const Key& key, ObjectPtr object) {
  const ObjectPtr* const found = find(*key);
  const ObjectPtr before = found != nullptr ? *found : nullptr;
  // An entry that is replaced keeps its key, in the tree and so in the table.
  table_.put(*key, object);
  try {
    put_into_tree(key, std::move(object));
  } catch (...) {
    before != nullptr ? table_.put(*key, before) : table_.erase(*key);  // neither takes memory
    throw;
  }
}

void SortedIndex::put_into_tree(const Key& key, ObjectPtr object) {
  if (!tree_.root_) {
    tree_.root_ = std::make_shared<Node>(generation_.load(std::memory_order_relaxed));
    tree_.root_->entries.reserve(kMaxWidth);
  }
  Sibling sibling = insert(tree_.root_, key, object);
  if (!sibling.node) return;
  auto root = std::make_shared<Node>(generation_.load(std::memory_order_relaxed));
  root->branches.reserve(kMaxWidth);
  root->branches.push_back({key, tree_.root_->size(), tree_.root_});
  root->branches.push_back({std::move(sibling.first), sibling.node->size(), sibling.node});
  tree_.root_ = std::move(root);
}

SortedIndex::Sibling SortedIndex::insert_into_leaf(Node& leaf, const Key& key, ObjectPtr& object) {
  std::size_t place = index_detail::place_in(leaf, *key);
  if (place < leaf.entries.size() && leaf.entries[place].key.text == *key) {
    leaf.entries[place].object = std::move(object);
    return {};
  }
  Sibling sibling;
  Node* target = &leaf;
  if (leaf.entries.size() == kMaxWidth) {
    const std::size_t middle = middle_for(place);
    sibling.node = std::make_shared<Node>(leaf.generation);
    split(leaf.entries, sibling.node->entries, middle);
    if (place >= middle) {
      target = sibling.node.get();
      place -= middle;
    }
  }
  target->entries.insert(target->entries.begin() + static_cast<std::ptrdiff_t>(place),
                         {key, std::move(object)});
  if (sibling.node) sibling.first = sibling.node->entries.front().key.key;
  return sibling;
}

// Recursion as deep as the tree: three or four nodes for a million keys.
SortedIndex::Sibling SortedIndex::insert(std::shared_ptr<Node>& place, const Key& key,
                                         ObjectPtr& object) {
  Node& node = own(place);
  if (node.is_leaf()) return insert_into_leaf(node, key, object);
  std::size_t position = branch_for(node, *key);
  Sibling below = insert(node.branches[position].node, key, object);
  node.branches[position].size = node.branches[position].node->size();
  if (!below.node) return {};
  Branch branch{std::move(below.first), below.node->size(), std::move(below.node)};
  ++position;
  Sibling sibling;
  Node* target = &node;
  if (node.branches.size() == kMaxWidth) {
    const std::size_t middle = middle_for(position);
    sibling.node = std::make_shared<Node>(node.generation);
    split(node.branches, sibling.node->branches, middle);
    if (position >= middle) {
      target = sibling.node.get();
      position -= middle;
    }
  }
  target->branches.insert(target->branches.begin() + static_cast<std::ptrdiff_t>(position),
                          std::move(branch));
  if (sibling.node) sibling.first = sibling.node->branches.front().first.key;
  return sibling;
}

void SortedIndex::erase(std::string_view key) {
  if (find(key) == nullptr) return;
  const Key erased = remove(tree_.root_, key);
  table_.erase(*erased);  // while its key lives
  while (!tree_.root_->is_leaf() && tree_.root_->branches.size() == 1) {
    tree_.root_ = std::shared_ptr<Node>(tree_.root_->branches.front().node);
  }
  if (tree_.root_->width() == 0) tree_.root_.reset();
}

/// The key that it had.
Key SortedIndex::remove(std::shared_ptr<Node>& place, std::string_view key) {
  Node& node = own(place);
  if (node.is_leaf()) {
    const std::size_t at = index_detail::place_in(node, key);
    Key erased = node.entries[at].key.key;
    node.entries.erase(node.entries.begin() + static_cast<std::ptrdiff_t>(at));
    return erased;
  }
  const std::size_t position = branch_for(node, key);
  Branch& branch = node.branches[position];
  Key erased = remove(branch.node, key);
  branch.size = branch.node->size();
  if (branch.node->width() == 0) {
    node.branches.erase(node.branches.begin() + static_cast<std::ptrdiff_t>(position));
  } else if (branch.node->width() < kMinWidth) {
    merge_if_possible(node, position);
  }
  return erased;
}

/// Joins a node that has become small with a neighbour, when there is room for both in one.
void SortedIndex::merge_if_possible(Node& parent, std::size_t position) {
  const std::size_t left = position == 0 ? 0 : position - 1;
  const std::size_t right = left + 1;
  if (right >= parent.branches.size()) return;
  const Branch& from = parent.branches[right];
  if (parent.branches[left].node->width() + from.node->width() > kMaxWidth) return;
  Node& into = own(parent.branches[left].node);
  if (from.node->is_leaf()) {
    into.entries.insert(into.entries.end(), from.node->entries.begin(), from.node->entries.end());
  } else {
    const std::size_t seam = into.branches.size();
    into.branches.insert(into.branches.end(), from.node->branches.begin(),
                         from.node->branches.end());
    into.branches[seam].first = from.first;  // which was its parent's to know
  }
  parent.branches[left].size = into.size();
  parent.branches.erase(parent.branches.begin() + static_cast<std::ptrdiff_t>(right));
}

}  // namespace kaudit::apiserver::store
