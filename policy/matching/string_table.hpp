#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kaudit::policy {

/// Gives each of a set of strings a number, 0, 1, 2, … in the order in which they come. Open
/// addressing: a lookup is one hash and rarely more than one comparison. Once filled it is only
/// read, from any thread.
class StringTable {
 public:
  static constexpr std::uint32_t kAbsent = ~std::uint32_t{0};

  /// The string's number; a new one when it is new.
  std::uint32_t intern(std::string_view text);
  std::uint32_t find(std::string_view text) const noexcept;
  std::size_t size() const noexcept { return strings_.size(); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number = kAbsent;
  };

  void grow();
  /// The slot that holds the string, or the free one where it would go. Only when there are slots.
  std::size_t slot_of(std::string_view text, std::uint32_t hash) const noexcept;

  std::vector<std::string> strings_;
  std::vector<Slot> slots_;  // a power of two, at most half full
};

}  // namespace kaudit::policy
