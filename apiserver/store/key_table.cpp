#include "apiserver/store/key_table.hpp"

#include <cstring>
#include <functional>
#include <utility>

#include "apiserver/store/fetch_count.hpp"

namespace kaudit::apiserver::store {

using objects::ObjectPtr;

namespace {

std::uint64_t hash_of(std::string_view key) noexcept { return std::hash<std::string_view>()(key); }

bool is(const char* text, std::string_view key) noexcept {
  return std::strncmp(key.data(), text, key.size()) == 0 && text[key.size()] == '\0';
}

}  // namespace

const KeyTable::Slot* KeyTable::Part::find(std::uint64_t hash,
                                           std::string_view key) const noexcept {
  if (slots_.empty()) return nullptr;
  for (std::size_t place = home_of(hash); slots_[place].text != nullptr; place = after(place)) {
    const Slot& slot = slots_[place];
    if (slot.hash != hash) continue;
    fetch_count(slot.object.get());  // while the key comes
    if (is(slot.text, key)) return &slot;
  }
  return nullptr;
}

std::size_t KeyTable::Part::free_from(std::size_t place) const noexcept {
  while (slots_[place].text != nullptr) place = after(place);
  return place;
}

void KeyTable::Part::add(std::uint64_t hash, const char* text, const ObjectPtr& object) {
  if (4 * (used_ + 1) > 3 * slots_.size()) grow();
  slots_[free_from(home_of(hash))] = {hash, text, object};
  ++used_;
}

void KeyTable::Part::grow() {
  constexpr std::size_t kFirst = 8;
  std::vector<Slot> before(slots_.empty() ? kFirst : 2 * slots_.size());
  before.swap(slots_);
  for (Slot& slot : before) {
    if (slot.text != nullptr) slots_[free_from(home_of(slot.hash))] = std::move(slot);
  }
}

/// What was put behind the slot because it was taken moves up, so that no search ends too early.
void KeyTable::Part::erase(const Slot& slot) noexcept {
  std::size_t hole = place_of(slot);
  for (std::size_t place = after(hole); slots_[place].text != nullptr; place = after(place)) {
    // From its home on, does it come to the hole before it comes to its place?
    const std::size_t home = home_of(slots_[place].hash);
    if (home_of(place - home) < home_of(place - hole)) continue;
    slots_[hole] = std::move(slots_[place]);
    hole = place;
  }
  slots_[hole] = {};
  --used_;
}

const ObjectPtr* KeyTable::find(std::string_view key) const noexcept {
  const std::uint64_t hash = hash_of(key);
  const Slot* const found = part_of(hash).find(hash, key);
  return found != nullptr ? &found->object : nullptr;
}

void KeyTable::put(std::string_view key, const ObjectPtr& object) {
  const std::uint64_t hash = hash_of(key);
  Part& part = part_of(hash);
  if (const Slot* const found = part.find(hash, key); found != nullptr) {
    part.object_of(*found) = object;
  } else {
    part.add(hash, key.data(), object);
  }
}

void KeyTable::erase(std::string_view key) noexcept {
  const std::uint64_t hash = hash_of(key);
  Part& part = part_of(hash);
  if (const Slot* const found = part.find(hash, key); found != nullptr) part.erase(*found);
}

}  // namespace kaudit::apiserver::store
