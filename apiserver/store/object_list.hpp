#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "apiserver/objects/object.hpp"

namespace kaudit::apiserver::store {

using objects::ObjectPtr;

/// Objects that stand one behind the other in memory, and what keeps them there.
struct ObjectRun {
  std::shared_ptr<const void> keeper;
  std::span<const ObjectPtr> objects;
};

/// Objects in their order, as a list shows them. What a store holds together anyway (the memory
/// store: up to 64 neighbours in a leaf of its tree) is held as one run, so that taking a list
/// touches none of its objects. For that the list keeps alive the neighbours in the first and the
/// last run, too, even those that the store replaces or deletes meanwhile: who writes a list for
/// long drops runs as they are done (runs_of()).
///
/// Its objects do not change and may be read by any thread; the list itself is a value.
class ObjectList {
 public:
  class Iterator;

  ObjectList() = default;
  explicit ObjectList(std::vector<ObjectPtr> objects) {
    auto owner = std::make_shared<const std::vector<ObjectPtr>>(std::move(objects));
    const std::span<const ObjectPtr> all(*owner);
    append({std::move(owner), all});
  }

  /// Behind those that it has. The run may be empty.
  void append(ObjectRun run) {
    if (run.objects.empty()) return;
    size_ += run.objects.size();
    runs_.push_back(std::move(run));
  }

  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }
  Iterator begin() const noexcept;
  Iterator end() const noexcept;
  /// Of one that is not empty.
  const ObjectPtr& front() const noexcept { return runs_.front().objects.front(); }
  const ObjectPtr& back() const noexcept { return runs_.back().objects.back(); }

  /// Each held by itself.
  std::vector<ObjectPtr> copy() const;
  /// In the order of the objects, none of them empty; gives them up one by one to who is done with
  /// them.
  friend std::vector<ObjectRun> runs_of(ObjectList list) noexcept { return std::move(list.runs_); }

 private:
  std::vector<ObjectRun> runs_;
  std::size_t size_ = 0;
};

/// A place in a list, which must outlive it.
class ObjectList::Iterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = ObjectPtr;
  using difference_type = std::ptrdiff_t;
  using pointer = const ObjectPtr*;
  using reference = const ObjectPtr&;

  Iterator() = default;
  explicit Iterator(const ObjectRun* run) noexcept : run_(run) {}

  reference operator*() const noexcept { return run_->objects[place_]; }
  pointer operator->() const noexcept { return &run_->objects[place_]; }
  Iterator& operator++() noexcept {
    if (++place_ == run_->objects.size()) {
      ++run_;
      place_ = 0;
    }
    return *this;
  }
  Iterator operator++(int) noexcept {
    const Iterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Iterator&) const = default;

 private:
  const ObjectRun* run_ = nullptr;
  std::size_t place_ = 0;
};

inline ObjectList::Iterator ObjectList::begin() const noexcept { return Iterator(runs_.data()); }
inline ObjectList::Iterator ObjectList::end() const noexcept {
  return Iterator(runs_.data() + runs_.size());
}
inline std::vector<ObjectPtr> ObjectList::copy() const { return {begin(), end()}; }

}  // namespace kaudit::apiserver::store
