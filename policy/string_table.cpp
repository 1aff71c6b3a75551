#include "policy/string_table.hpp"

#include <bit>
#include <cstring>

namespace kaudit::policy {
namespace {

/// Eight bytes at a time; good enough spread for tables that nobody else fills.
std::uint32_t hash_of(std::string_view text) noexcept {
  constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15U;
  std::uint64_t hash = text.size() * kMultiplier;
  while (!text.empty()) {
    std::uint64_t word = 0;
    const std::size_t count = text.size() < sizeof word ? text.size() : sizeof word;
    std::memcpy(&word, text.data(), count);
    hash = std::rotl((hash ^ word) * kMultiplier, 29);
    text.remove_prefix(count);
  }
  hash *= kMultiplier;
  return static_cast<std::uint32_t>(hash >> 32U);
}

}  // namespace

std::size_t StringTable::slot_of(std::string_view text, std::uint32_t hash) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = hash & mask;
  while (slots_[i].number != kAbsent &&
         (slots_[i].hash != hash || strings_[slots_[i].number] != text)) {
    i = (i + 1) & mask;
  }
  return i;
}

std::uint32_t StringTable::find(std::string_view text) const noexcept {
  if (slots_.empty()) return kAbsent;
  return slots_[slot_of(text, hash_of(text))].number;
}

std::uint32_t StringTable::intern(std::string_view text) {
  if (strings_.size() * 2 >= slots_.size()) grow();
  const std::uint32_t hash = hash_of(text);
  Slot& slot = slots_[slot_of(text, hash)];
  if (slot.number == kAbsent) {
    slot = {hash, static_cast<std::uint32_t>(strings_.size())};
    strings_.emplace_back(text);
  }
  return slot.number;
}

void StringTable::grow() {
  slots_.assign(slots_.empty() ? 8 : slots_.size() * 2, Slot{});
  for (std::uint32_t number = 0; number < strings_.size(); ++number) {
    const std::uint32_t hash = hash_of(strings_[number]);
    slots_[slot_of(strings_[number], hash)] = {hash, number};
  }
}

}  // namespace kaudit::policy
