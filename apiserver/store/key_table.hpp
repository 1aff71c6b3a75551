#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>

#include "apiserver/objects/object.hpp"

namespace kaudit::apiserver::store {

/// Objects by their keys, beside the tree that keeps them in order: a search in that waits a dozen
/// times for memory when there are a million, one in here three times. Takes 40 to 75 bytes an
/// object.
///
/// Changes need exclusive access; find() may run beside find().
class KeyTable {
 public:
  /// Null when there is none; good until the next change.
  const objects::ObjectPtr* find(std::string_view key) const noexcept;
  /// Adds an object, or puts it in the place of the one with that key. A key that is added must
  /// live, where it is and with a NUL behind it, until it is erased.
  void put(std::string_view key, const objects::ObjectPtr& object);
  void erase(std::string_view key);

 private:
  /// The hash is kept, so that a table which grows need not read all keys again.
  struct HeldKey {
    std::uint64_t hash;
    const char* text;
  };
  struct AskedKey {
    explicit AskedKey(std::string_view key) : hash(std::hash<std::string_view>()(key)), text(key) {}
    std::uint64_t hash;
    std::string_view text;
  };
  struct Hash {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(const HeldKey& key) const noexcept { return key.hash; }
    std::size_t operator()(const AskedKey& key) const noexcept { return key.hash; }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const HeldKey& a, const HeldKey& b) const noexcept { return a.text == b.text; }
    bool operator()(const AskedKey& asked, const HeldKey& held) const noexcept;
    bool operator()(const HeldKey& held, const AskedKey& asked) const noexcept {
      return (*this)(asked, held);
    }
  };
  using Part = boost::unordered_flat_map<HeldKey, objects::ObjectPtr, Hash, Equal>;

  // Many parts, of which each grows by itself: one large table would hold up a writer for a
  // twentieth of a second when it does.
  static constexpr std::size_t kParts = 64;
  Part& part_of(const AskedKey& key) noexcept { return parts_[key.hash >> 58U]; }
  const Part& part_of(const AskedKey& key) const noexcept { return parts_[key.hash >> 58U]; }

  std::array<Part, kParts> parts_;
};

}  // namespace kaudit::apiserver::store
