#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/objects/object.hpp"

namespace kaudit::apiserver::store {

using objects::ObjectPtr;
using Key = std::shared_ptr<const std::string>;

/// Bytes of the texts that live now, of all changes of one history. Changes may outlive the
/// history, so they share the counter with it.
using TextBytes = std::shared_ptr<std::atomic<std::size_t>>;

/// The texts that were made of one change, each made once for all watchers. Thread-safe; a text
/// lives as long as its change.
class SharedTexts {
 public:
  /// `bytes`: where the size of the texts is counted for as long as they live; may be null.
  explicit SharedTexts(TextBytes bytes = nullptr) : bytes_(std::move(bytes)) {}
  SharedTexts(const SharedTexts&) = delete;
  SharedTexts& operator=(const SharedTexts&) = delete;
  ~SharedTexts() {
    for (const Node* node = first_; node != nullptr;) {
      if (bytes_) bytes_->fetch_sub(node->text.size(), std::memory_order_relaxed);
      delete std::exchange(node, node->next);
    }
  }

  /// The text of that form; `make` makes it when there is none. (Two that ask first at the same
  /// moment may both make it; one text is kept.)
  template <typename Make>
  const std::string& get(std::string_view form, const Make& make) const {
    const Node* newest = first_.load(std::memory_order_acquire);
    if (const Node* found = find(newest, form)) return found->text;
    auto fresh = std::make_unique<Node>(Node{std::string(form), make(), newest});
    while (!first_.compare_exchange_weak(newest, fresh.get(), std::memory_order_acq_rel)) {
      if (const Node* found = find(newest, form)) return found->text;
      fresh->next = newest;
    }
    if (bytes_) bytes_->fetch_add(fresh->text.size(), std::memory_order_relaxed);
    return fresh.release()->text;
  }

  /// The same; null when nobody has made it.
  const std::string* peek(std::string_view form) const noexcept {
    const Node* const found = find(first_.load(std::memory_order_acquire), form);
    return found != nullptr ? &found->text : nullptr;
  }

  /// Of the texts that there are by now.
  std::size_t bytes() const noexcept {
    std::size_t sum = 0;
    const Node* node = first_.load(std::memory_order_acquire);
    for (; node != nullptr; node = node->next) sum += node->text.size();
    return sum;
  }

 private:
  struct Node {
    std::string form;
    std::string text;
    const Node* next;
  };
  static const Node* find(const Node* node, std::string_view form) noexcept {
    while (node != nullptr && node->form != form) node = node->next;
    return node;
  }

  const TextBytes bytes_;
  mutable std::atomic<const Node*> first_{nullptr};
};

/// One change of one object, as the history keeps it and watchers get it: immutable, shared by all.
struct Change {
  enum class Type : std::uint8_t { Added, Modified, Deleted };

  Change(Type what, Key where, ObjectPtr now, ObjectPtr before, TextBytes text_bytes = nullptr)
      : type(what),
        key(std::move(where)),
        object(std::move(now)),
        previous(std::move(before)),
        texts(std::move(text_bytes)) {}

  std::uint64_t version() const noexcept { return object->meta().resource_version; }

  const Type type;
  const Key key;
  const ObjectPtr object;    ///< of a deletion: as it last was, with the deletion's resourceVersion
  const ObjectPtr previous;  ///< null for Added
  const SharedTexts texts;
};

using ChangePtr = std::shared_ptr<const Change>;

/// Whether a key is in what a list or watch is about: a prefix that ends in `/` stands for
/// everything below it, another one for that single key.
inline bool covers(std::string_view prefix, std::string_view key) noexcept {
  return prefix.ends_with('/') || prefix.empty() ? key.starts_with(prefix) : key == prefix;
}

}  // namespace kaudit::apiserver::store
