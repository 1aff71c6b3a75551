#include "apiserver/objects/types/typed_value.hpp"

#include <algorithm>
#include <bit>
#include <random>

namespace kaudit::apiserver::objects {
namespace {

constexpr std::size_t kFirstBlock = BlockPool::kLargest;
constexpr std::size_t kLargestBlock = 1024 * 1024;
constexpr std::uint32_t kFewEntries = 8;  // are compared one by one

// Keys come from clients, who must not know which of them collide.
std::uint64_t hash_seed() {
  static const std::uint64_t seed = [] {
    std::random_device random;
    return (static_cast<std::uint64_t>(random()) << 32U | random()) | 1U;
  }();
  return seed;
}

std::uint32_t hash(std::string_view key) noexcept {
  std::uint64_t value = hash_seed() ^ key.size();
  const auto mix = [&value](std::uint64_t word) {
    value = (value ^ word) * 0x9E3779B97F4A7C15ULL;
    value ^= (value >> 32U) ^ hash_seed();
  };
  std::size_t at = 0;
  for (; key.size() - at >= 8; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, key.data() + at, 8);
    mix(word);
  }
  std::uint64_t rest = 0;
  if (at < key.size()) std::memcpy(&rest, key.data() + at, key.size() - at);
  mix(rest);
  mix(value >> 29U);
  return static_cast<std::uint32_t>(value >> 32U);
}

template <typename T>
void make_room(T*& values, std::uint32_t size, std::uint32_t& capacity, Arena& arena) {
  if (size < capacity) return;
  capacity = std::max<std::uint32_t>(4, capacity * 2);
  T* const larger = static_cast<T*>(arena.allocate(capacity * sizeof(T)));
  std::uninitialized_copy(values, values + size, larger);
  values = larger;
}

}  // namespace

void Arena::grow(std::size_t bytes) {
  const std::size_t usual =
      std::min(kLargestBlock, kFirstBlock << std::min<std::size_t>(blocks_.size(), 8));
  blocks_.push_back({nullptr, std::max(bytes, usual)});
  Block& block = blocks_.back();
  next_ = block.bytes = static_cast<std::byte*>(BlockPool::allocate(block.size));
  left_ = block.size;
}

Arena::~Arena() {
  for (const Block& block : blocks_) {
    if (block.bytes != nullptr) BlockPool::release(block.bytes, block.size);
  }
}

Value& StructValue::at_place(std::size_t member, Arena& arena) {
  const std::size_t place = rank(member);
  if ((given >> member & 1U) != 0) return values[place];
  make_room(values, size, capacity, arena);
  std::copy_backward(values + place, values + size, values + size + 1);
  given |= std::uint64_t{1} << member;
  ++size;
  return values[place] = Value();
}

Value& ListValue::add(Arena& arena) {
  make_room(values, size, capacity, arena);
  return values[size++] = Value();
}

MapEntry* MapValue::find(std::string_view key) noexcept {
  if (size == 0 || (ascending && entries[size - 1].key < key)) return nullptr;
  MapEntry* const end = entries + size;
  if (ascending) {
    MapEntry* const found = std::lower_bound(
        entries, end, key,
        [](const MapEntry& entry, std::string_view wanted) { return entry.key < wanted; });
    return found != end && found->key == key ? found : nullptr;
  }
  if (index == nullptr) {
    MapEntry* const found =
        std::find_if(entries, end, [&](const MapEntry& entry) { return entry.key == key; });
    return found == end ? nullptr : found;
  }
  for (std::uint32_t slot = hash(key) & index_mask; index[slot] != 0;
       slot = (slot + 1) & index_mask) {
    if (entries[index[slot] - 1].key == key) return &entries[index[slot] - 1];
  }
  return nullptr;
}

MapEntry& MapValue::at(std::string_view key, Arena& arena) {
  if (MapEntry* const present = find(key)) return *present;
  if (size != 0 && ascending && key <= entries[size - 1].key) ascending = false;
  make_room(entries, size, capacity, arena);
  MapEntry& entry = entries[size++] = MapEntry();
  entry.key = key;
  // While keys ascend none has to be looked up; the index is made when that ends.
  if (!ascending && size > kFewEntries) {
    if (index == nullptr || size * 2 > index_mask) {
      rebuild_index(arena);
    } else {
      add_to_index(size - 1);
    }
  }
  return entry;
}

void MapValue::add_to_index(std::uint32_t place) noexcept {
  std::uint32_t slot = hash(entries[place].key) & index_mask;
  while (index[slot] != 0) slot = (slot + 1) & index_mask;
  index[slot] = place + 1;
}

void MapValue::rebuild_index(Arena& arena) {
  const std::uint32_t slots = std::bit_ceil(size * 4);
  index = arena.make_array<std::uint32_t>(slots);
  index_mask = slots - 1;
  for (std::uint32_t place = 0; place < size; ++place) add_to_index(place);
}

}  // namespace kaudit::apiserver::objects
