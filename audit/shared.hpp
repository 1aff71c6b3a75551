#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace kaudit::audit {

/// A value that many events have in common, such as the user of a connection's requests: copies
/// share it, and with it its JSON, which is made once. It reads as the value itself.
///
/// Copies may be used by different threads; one and the same is no safer than a std::shared_ptr.
template <typename T>
class Shared {
 public:
  Shared() = default;  ///< of an empty value
  // NOLINTNEXTLINE(google-explicit-constructor): a value that is not shared yet.
  Shared(T value) : node_(std::make_shared<Node>(std::move(value))) {}

  const T& operator*() const noexcept { return node_ ? node_->value : empty(); }
  const T* operator->() const noexcept { return &**this; }
  // NOLINTNEXTLINE(google-explicit-constructor): see above.
  operator const T&() const noexcept { return **this; }

  /// To change it, for this one alone: what others share stays as it is.
  T& edit() {
    if (!node_) {
      node_ = std::make_shared<Node>(T());
    } else if (is_shared() || node_->json.load(std::memory_order_relaxed) != nullptr) {
      node_ = std::make_shared<Node>(node_->value);
    }
    return node_->value;
  }

  /// What `encode(std::string& out, const T&)` appends, kept for all that share the value; null for
  /// one that is not shared, where keeping it would not pay.
  template <typename Encode>
  const std::string* json(Encode encode) const {
    if (!node_) return nullptr;
    if (const std::string* made = node_->json.load(std::memory_order_acquire)) return made;
    return is_shared() ? &make_json(*node_, encode) : nullptr;
  }

 private:
  struct Node {
    explicit Node(T of) : value(std::move(of)) {}
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    ~Node() { delete json.load(std::memory_order_acquire); }
    T value;
    std::atomic<const std::string*> json{nullptr};
  };

  static const T& empty() noexcept {
    static const T nothing;
    return nothing;
  }
  bool is_shared() const noexcept { return node_.use_count() > 1; }

  template <typename Encode>
  static const std::string& make_json(Node& node, Encode encode) {
    auto made = std::make_unique<std::string>();
    encode(*made, node.value);
    made->shrink_to_fit();
    const std::string* first = nullptr;
    // Of two threads that made it at a time, the first one's is kept.
    if (!node.json.compare_exchange_strong(first, made.get(), std::memory_order_acq_rel)) {
      return *first;
    }
    return *made.release();
  }

  std::shared_ptr<Node> node_;
};

}  // namespace kaudit::audit
