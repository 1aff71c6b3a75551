#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string_view>
#include <unordered_set>

namespace kaudit::cli {

/// What two deliveries of one event have in common, as 16 bytes that nobody can make collide: those
/// of a SHA-256.
struct EventKey {
  std::array<std::uint64_t, 2> words{};
  friend bool operator==(const EventKey&, const EventKey&) = default;
};

/// The event of one stage of one request of one source. requestReceivedTimestamp is that of the
/// request in all its stages; it tells two requests apart to which a client gave the same Audit-ID,
/// so that nobody can hide a request behind the ID of an earlier one.
EventKey event_key(std::string_view source, std::string_view audit_id, std::string_view stage,
                   std::string_view received);
/// Of any bytes.
EventKey bytes_key(std::string_view bytes);

struct EventKeyHash {
  std::size_t operator()(const EventKey& key) const noexcept {
    return static_cast<std::size_t>(key.words[0]);
  }
};

/// Remembers the last `most` keys. Not thread-safe.
class KeyWindow {
 public:
  explicit KeyWindow(std::size_t most) : most_(most) {}

  /// False: it is there already.
  bool insert(const EventKey& key);
  bool contains(const EventKey& key) const { return keys_.contains(key); }
  /// Forgets a key that was inserted, as if it had never been there.
  void forget(const EventKey& key) { keys_.erase(key); }
  std::size_t size() const noexcept { return keys_.size(); }

 private:
  std::size_t most_;
  std::unordered_set<EventKey, EventKeyHash> keys_;
  std::deque<EventKey> in_order_;  ///< of their insertion; forgotten ones are there too
};

}  // namespace kaudit::cli
