#include "apiserver/store/sorted_index.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include "apiserver/store/index_node.hpp"

namespace kaudit::apiserver::store {

using index_detail::branch_for;
using index_detail::HeldKey;
using index_detail::kMaxWidth;
using index_detail::kMinWidth;
using index_detail::Node;

namespace {

template <typename T>
auto at(std::vector<T>& parts, std::size_t place) {
  return parts.begin() + static_cast<std::ptrdiff_t>(place);
}

/// Appends the entries below a node from number `skipped` on, `count` of them at most; gives how
/// many there were. Recursion as deep as the tree.
std::size_t append_runs(const std::shared_ptr<Node>& node, std::size_t skipped, std::size_t count,
                        ObjectList& list) {
  if (node->is_leaf()) {
    const std::size_t room = std::min(count, node->objects.size() - skipped);
    list.append({node, std::span<const ObjectPtr>(node->objects).subspan(skipped, room)});
    return room;
  }
  const Node& inner = *node;
  std::size_t first = 0;
  while (first < inner.nodes.size() && skipped >= inner.sizes[first]) {
    skipped -= inner.sizes[first++];
  }
  std::size_t end = first;
  for (std::size_t size = 0; end < inner.nodes.size() && size < skipped + count; ++end) {
    index_detail::fetch_node(inner.nodes[end].get());
    size += inner.sizes[end];
  }
  std::size_t done = 0;
  for (std::size_t i = first; i < end; ++i) {
    done += append_runs(inner.nodes[i], std::exchange(skipped, 0), count - done, list);
  }
  return done;
}

}  // namespace

const ObjectPtr* IndexSnapshot::find(std::string_view key) const noexcept {
  const auto [leaf, position] = index_detail::place_of(root_.get(), key);
  return leaf != nullptr ? &leaf->objects[position] : nullptr;
}

std::size_t IndexSnapshot::rank(std::string_view key) const noexcept {
  std::size_t before = 0;
  const Node* node = root_.get();
  if (node == nullptr) return 0;
  while (!node->is_leaf()) {
    const std::size_t position = branch_for(*node, key);
    before += node->size_before(position);
    node = node->nodes[position].get();
  }
  return before + index_detail::place_in(*node, key);
}

std::size_t IndexSnapshot::size() const noexcept { return root_ ? root_->size() : 0; }

ObjectList IndexSnapshot::objects(std::size_t rank, std::size_t count) const {
  ObjectList list;
  const std::size_t there = size();
  if (rank < there && count > 0) append_runs(root_, rank, std::min(count, there - rank), list);
  return list;
}

IndexSnapshot::Cursor IndexSnapshot::lower_bound(std::string_view key) const noexcept {
  Cursor cursor;
  const Node* node = root_.get();
  if (node == nullptr) return cursor;
  while (!node->is_leaf()) {
    const std::size_t position = branch_for(*node, key);
    cursor.path_[cursor.depth_++] = {node, position};
    node = node->nodes[position].get();
  }
  const std::size_t place = index_detail::place_in(*node, key);
  index_detail::fetch_entries(*node, place, place + 2 * index_detail::kAhead);
  cursor.path_[cursor.depth_++] = {node, place};
  cursor.settle();
  return cursor;
}

std::string_view IndexSnapshot::Cursor::key() const noexcept {
  const Step& step = path_[depth_ - 1];
  return step.node->keys[step.position].text;
}

const Key& IndexSnapshot::Cursor::stored_key() const noexcept {
  const Step& step = path_[depth_ - 1];
  return step.node->keys[step.position].key;
}

const ObjectPtr& IndexSnapshot::Cursor::object() const noexcept {
  const Step& step = path_[depth_ - 1];
  return step.node->objects[step.position];
}

void IndexSnapshot::Cursor::next() noexcept {
  ++path_[depth_ - 1].position;
  settle();
}

/// From the end of a leaf to the first entry of the next leaf.
void IndexSnapshot::Cursor::settle() noexcept {
  while (depth_ > 0 && path_[depth_ - 1].position == path_[depth_ - 1].node->width()) {
    if (--depth_ > 0) ++path_[depth_ - 1].position;
  }
  while (depth_ > 0 && !path_[depth_ - 1].node->is_leaf()) {
    const Step& step = path_[depth_ - 1];
    path_[depth_++] = {step.node->nodes[step.position].get(), 0};
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

Key SortedIndex::stored_key(std::string_view key) const noexcept {
  const auto [leaf, position] = index_detail::place_of(tree_.root_.get(), key);
  return leaf != nullptr ? leaf->keys[position].key : nullptr;
}

namespace {

/// Whether anybody but the tree holds a node. (Who holds one above it, a snapshot's root, say, has
/// kept that from being changed: it was copied, and the copy holds the node too.)
bool is_shared(const std::shared_ptr<Node>& node) {
  // The count is looked at beside a reference that ends after that, which orders the writes to come
  // behind what the holders before have read: the count alone says that they are gone, no more.
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): it is there to end
  const std::shared_ptr<Node> beside = node;
  return beside.use_count() > 2;
}

/// The node, or a copy in its place, so that it can be changed.
Node& own(std::shared_ptr<Node>& node) {
  if (is_shared(node)) node = std::make_shared<Node>(std::as_const(*node));
  return *node;
}

/// Moves the end of a vector, from `middle` on, into an empty one.
template <typename T>
void split(std::vector<T>& full, std::vector<T>& rest, std::size_t middle) {
  rest.assign(std::make_move_iterator(at(full, middle)), std::make_move_iterator(full.end()));
  full.erase(at(full, middle), full.end());
}

/// Moves the end of a full node, from `middle` on, into a node of its own.
std::shared_ptr<Node> split(Node& full, std::size_t middle) {
  auto rest = std::make_shared<Node>(full.kind);
  split(full.keys, rest->keys, middle);
  if (full.is_leaf()) {
    split(full.objects, rest->objects, middle);
  } else {
    split(full.nodes, rest->nodes, middle);
    split(full.sizes, rest->sizes, middle);
  }
  return rest;
}

template <typename T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
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
  if (!tree_.root_) tree_.root_ = std::make_shared<Node>(Node::Kind::Leaf);
  Sibling sibling = insert(tree_.root_, key, object);
  if (!sibling.node) return;
  auto root = std::make_shared<Node>(Node::Kind::Inner);
  root->keys = {key, std::move(sibling.first)};
  root->sizes = {tree_.root_->size(), sibling.node->size()};
  root->nodes = {tree_.root_, std::move(sibling.node)};
  tree_.root_ = std::move(root);
}

SortedIndex::Sibling SortedIndex::insert_into_leaf(Node& leaf, const Key& key, ObjectPtr& object) {
  std::size_t place = index_detail::place_in(leaf, *key);
  if (place < leaf.width() && leaf.keys[place].text == *key) {
    leaf.objects[place] = std::move(object);
    return {};
  }
  Sibling sibling;
  Node* target = &leaf;
  if (leaf.width() == kMaxWidth) {
    const std::size_t middle = middle_for(place);
    sibling.node = split(leaf, middle);
    if (place >= middle) {
      target = sibling.node.get();
      place -= middle;
    }
  }
  target->keys.insert(at(target->keys, place), key);
  target->objects.insert(at(target->objects, place), std::move(object));
  if (sibling.node) sibling.first = sibling.node->keys.front().key;
  return sibling;
}

// Recursion as deep as the tree: three or four nodes for a million keys.
SortedIndex::Sibling SortedIndex::insert(std::shared_ptr<Node>& place, const Key& key,
                                         ObjectPtr& object) {
  Node& node = own(place);
  if (node.is_leaf()) return insert_into_leaf(node, key, object);
  std::size_t position = branch_for(node, *key);
  Sibling below = insert(node.nodes[position], key, object);
  node.sizes[position] = node.nodes[position]->size();
  if (!below.node) return {};
  ++position;
  Sibling sibling;
  Node* target = &node;
  if (node.width() == kMaxWidth) {
    const std::size_t middle = middle_for(position);
    sibling.node = split(node, middle);
    if (position >= middle) {
      target = sibling.node.get();
      position -= middle;
    }
  }
  target->keys.insert(at(target->keys, position), std::move(below.first));
  target->sizes.insert(at(target->sizes, position), below.node->size());
  target->nodes.insert(at(target->nodes, position), std::move(below.node));
  if (sibling.node) sibling.first = sibling.node->keys.front().key;
  return sibling;
}

void SortedIndex::erase(std::string_view key) {
  if (find(key) == nullptr) return;
  const Key erased = remove(tree_.root_, key);
  table_.erase(*erased);  // while its key lives
  while (!tree_.root_->is_leaf() && tree_.root_->width() == 1) {
    tree_.root_ = std::shared_ptr<Node>(tree_.root_->nodes.front());
  }
  if (tree_.root_->width() == 0) tree_.root_.reset();
}

/// The key that it had.
Key SortedIndex::remove(std::shared_ptr<Node>& place, std::string_view key) {
  Node& node = own(place);
  if (node.is_leaf()) {
    const std::size_t position = index_detail::place_in(node, key);
    Key erased = node.keys[position].key;
    node.keys.erase(at(node.keys, position));
    node.objects.erase(at(node.objects, position));
    return erased;
  }
  const std::size_t position = branch_for(node, key);
  std::shared_ptr<Node>& below = node.nodes[position];
  Key erased = remove(below, key);
  node.sizes[position] = below->size();
  if (below->width() == 0) {
    node.keys.erase(at(node.keys, position));
    node.sizes.erase(at(node.sizes, position));
    node.nodes.erase(at(node.nodes, position));
  } else if (below->width() < kMinWidth) {
    merge_if_possible(node, position);
  }
  return erased;
}

/// Joins a node that has become small with a neighbour, when there is room for both in one.
void SortedIndex::merge_if_possible(Node& parent, std::size_t position) {
  const std::size_t left = position == 0 ? 0 : position - 1;
  const std::size_t right = left + 1;
  if (right >= parent.width()) return;
  const Node& from = *parent.nodes[right];
  if (parent.nodes[left]->width() + from.width() > kMaxWidth) return;
  Node& into = own(parent.nodes[left]);
  const std::size_t seam = into.width();
  append(into.keys, from.keys);
  if (from.is_leaf()) {
    append(into.objects, from.objects);
  } else {
    append(into.nodes, from.nodes);
    append(into.sizes, from.sizes);
    into.keys[seam] = parent.keys[right];  // which was its parent's to know
  }
  parent.sizes[left] = into.size();
  parent.keys.erase(at(parent.keys, right));
  parent.sizes.erase(at(parent.sizes, right));
  parent.nodes.erase(at(parent.nodes, right));
}

}  // namespace kaudit::apiserver::store
