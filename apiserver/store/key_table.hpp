#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "apiserver/objects/object.hpp"

namespace kaudit::apiserver::store {

/// Objects by their keys, beside the tree that keeps them in order: a search in that waits a dozen
/// times for memory when there are a million, one in here twice: for the place that the hash names,
/// and for the key and the object at once. (A hash table that keeps a few bits of each hash apart
/// waits for those first.) Takes 43 to 86 bytes an object.
///
/// Changes need exclusive access; find() may run beside find().
class KeyTable {
 public:
  /// Null when there is none; good until the next change.
  const objects::ObjectPtr* find(std::string_view key) const noexcept;
  /// Adds an object, or puts it in the place of the one with that key. A key that is added must
  /// live, where it is and with a NUL behind it, until it is erased.
  void put(std::string_view key, const objects::ObjectPtr& object);
  void erase(std::string_view key) noexcept;

 private:
  /// Two to a line of the cache. The hash is kept, so that most of those that are not asked for are
  /// passed over without a look at their keys, and a part that grows need not read any.
  struct alignas(32) Slot {
    std::uint64_t hash = 0;
    const char* text = nullptr;  ///< null: free
    objects::ObjectPtr object;
  };
  /// Open addressing: a key is in the first slot from the one that its hash names on that was free
  /// when it came; there is always a free one.
  class Part {
   public:
    const Slot* find(std::uint64_t hash, std::string_view key) const noexcept;
    /// Of one that find() has given.
    objects::ObjectPtr& object_of(const Slot& slot) noexcept {
      return slots_[place_of(slot)].object;
    }
    void add(std::uint64_t hash, const char* text, const objects::ObjectPtr& object);
    void erase(const Slot& slot) noexcept;

   private:
    std::size_t place_of(const Slot& slot) const noexcept {
      return static_cast<std::size_t>(&slot - slots_.data());
    }
    std::size_t home_of(std::uint64_t hash) const noexcept { return hash & (slots_.size() - 1); }
    std::size_t after(std::size_t place) const noexcept { return home_of(place + 1); }
    std::size_t free_from(std::size_t place) const noexcept;
    void grow();

    std::vector<Slot> slots_;  // none, or a power of two of them
    std::size_t used_ = 0;
  };

  // Many parts, of which each grows by itself: one large table would hold up a writer for a
  // twentieth of a second when it does.
  static constexpr std::size_t kParts = 64;
  Part& part_of(std::uint64_t hash) noexcept { return parts_[hash >> 58U]; }
  const Part& part_of(std::uint64_t hash) const noexcept { return parts_[hash >> 58U]; }

  std::array<Part, kParts> parts_;
};

}  // namespace kaudit::apiserver::store
