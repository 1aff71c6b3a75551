#include "policy/matching/string_table.hpp"

#include <bit>
#include <cstring>

namespace kaudit::policy {
namespace {

constexpr std::uint64_t kStringMultiplier = 0x9E3779B97F4A7C15U;

template <typename Word>
std::uint64_t load(const char* bytes) noexcept {
  Word word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// The last bytes of a text, or all of a short one; loads may overlap, which does no harm.
std::uint64_t tail_of(std::string_view text) noexcept {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  if (text.size() >= 8) return load<std::uint64_t>(end - 8);
  if (text.size() >= 4) return load<std::uint32_t>(begin) << 32U | load<std::uint32_t>(end - 4);
  if (text.size() >= 2) return load<std::uint16_t>(begin) << 16U | load<std::uint16_t>(end - 2);
  return text.empty() ? 0 : static_cast<unsigned char>(*begin);
}

/// Eight bytes at a time; spread well enough for tables that only a policy's author fills.
std::uint32_t hash_of(std::string_view text) noexcept {
  std::uint64_t hash = text.size() * kStringMultiplier;
  const auto mix = [&hash](std::uint64_t word) {
    hash = std::rotl((hash ^ word) * kStringMultiplier, 29);
  };
  for (std::size_t i = 0; i + 8 < text.size(); i += 8) mix(load<std::uint64_t>(text.data() + i));
  mix(tail_of(text));
  return static_cast<std::uint32_t>((hash * kStringMultiplier) >> 32U);
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
