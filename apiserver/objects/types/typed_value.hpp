#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <vector>

#include "apiserver/objects/tree/block_pool.hpp"

/// An object as Go holds it: a tree of typed values in an arena, which the readers of JSON and
/// protobuf fill, defaulting completes and the writer turns into JSON. The type of a value is not
/// in it: code that walks the tree walks the types (types.hpp) beside it.
namespace kaudit::apiserver::objects {

/// Memory for the values of one body: handed out piece by piece, freed at once. Not thread-safe.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  void* allocate(std::size_t bytes) {
    bytes = (bytes + 7) & ~std::size_t{7};
    if (bytes > left_) grow(bytes);
    void* const place = next_;
    next_ += bytes;
    left_ -= bytes;
    return place;
  }
  template <typename T>
  T* make_array(std::size_t count) {
    return new (allocate(count * sizeof(T))) T[count]{};
  }
  template <typename T>
  T* make() {
    return new (allocate(sizeof(T))) T{};
  }
  /// Keeps a copy of the text.
  std::string_view keep(std::string_view text) {
    char* const place = static_cast<char*>(allocate(text.size()));
    if (!text.empty()) std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
  }

 private:
  void grow(std::size_t bytes);

  struct Block {
    std::byte* bytes;
    std::size_t size;
  };
  std::vector<Block, Recycled<Block>> blocks_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
};

/// How many bits are set: std::popcount() is a call where the processor need not have it.
constexpr std::uint32_t bit_count(std::uint64_t word) noexcept {
  word -= word >> 1U & 0x5555555555555555;
  word = (word & 0x3333333333333333) + (word >> 2U & 0x3333333333333333);
  word = (word + (word >> 4U)) & 0x0F0F0F0F0F0F0F0F;
  return static_cast<std::uint32_t>(word * 0x0101010101010101 >> 56U);
}

/// How many levels of values most objects have: what walks them makes room for so many at once.
inline constexpr std::size_t kUsualDepth = 16;

struct StructValue;
struct ListValue;
struct MapValue;

/// What an IntOrString holds.
enum class IntOrText : std::uint8_t { Int, Text, Impossible };

/// One value: the member that its type reads. Not set: nil, or the zero value where the type cannot
/// be nil. Text is not owned: it is the body's or in the arena.
struct Value {
  union {
    // String, Bytes (decoded), Quantity (canonical), Raw, FieldsV1, Json
    const char* text = nullptr;
    std::int64_t integer;  // Bool, Int32, Int64, IntOrString, Duration; seconds of a time
    double number;
    StructValue* object;  // null: all members are absent
    ListValue* list;      // null: empty
    MapValue* map;        // null: empty
  };
  std::uint32_t size = 0;  // of the text; microseconds of a MicroTime
  bool set = false;
  IntOrText which = IntOrText::Int;
  // Raw, FieldsV1, Json: known to be valid and compact. String: known to need no escapes.
  bool compact = false;

  std::string_view view() const noexcept { return {text, size}; }
  void assign(std::string_view given) noexcept {
    text = given.data();
    size = static_cast<std::uint32_t>(given.size());
    set = true;
    compact = false;
  }
  void assign(std::int64_t given) noexcept {
    integer = given;
    set = true;
  }
};

/// The members of a struct that were given, in the order of Type::members. Only they take memory,
/// so that a body cannot make much of little.
struct StructValue {
  std::uint64_t given = 0;  // bit n: member n is there
  Value* values = nullptr;
  std::uint32_t capacity = 0;
  std::uint32_t size = 0;

  /// One without members, and with room for a few.
  static StructValue* make(Arena& arena);

  Value* find(std::size_t member) const noexcept {
    if ((given >> member & 1U) == 0) return nullptr;
    return values + rank(member);
  }
  /// The member, added as not set when it is not there. Moves the others: pointers to them end.
  Value& at(std::size_t member, Arena& arena) {
    // Members mostly come in their order.
    if (given >> member != 0 || size == capacity) return at_place(member, arena);
    given |= std::uint64_t{1} << member;
    return values[size++] = Value();
  }

 private:
  static constexpr std::uint32_t kFew = 4;

  Value& at_place(std::size_t member, Arena& arena);
  std::size_t rank(std::size_t member) const noexcept {
    return bit_count(given & ((std::uint64_t{1} << member) - 1));
  }
};

inline StructValue* StructValue::make(Arena& arena) {
  void* const place = arena.allocate(sizeof(StructValue) + kFew * sizeof(Value));
  auto* const made = new (place) StructValue{};
  made->values = reinterpret_cast<Value*>(made + 1);
  made->capacity = kFew;
  return made;
}
static_assert(alignof(Value) <= alignof(StructValue));

struct ListValue {
  Value* values = nullptr;
  std::uint32_t size = 0;
  std::uint32_t capacity = 0;

  /// Adds a value that is not set. Moves the others.
  Value& add(Arena& arena);
};

struct MapEntry {
  std::string_view key;
  Value value;
  std::uint32_t round = 0;  // in which reading of this map the key was last given
};

/// Entries in the order of their first coming. Finding a key takes constant time whatever keys a
/// client chooses.
struct MapValue {
  MapEntry* entries = nullptr;
  std::uint32_t size = 0;
  std::uint32_t capacity = 0;
  std::uint32_t rounds = 0;
  bool ascending = true;           // the keys, strictly
  std::uint32_t* index = nullptr;  // open addressing, places + 1; null while there are few
  std::uint32_t index_mask = 0;

  MapEntry* find(std::string_view key) noexcept;
  /// The entry, added when it is not there. Moves the others.
  MapEntry& at(std::string_view key, Arena& arena);

 private:
  void add_to_index(std::uint32_t place) noexcept;
  void rebuild_index(Arena& arena);
};

}  // namespace kaudit::apiserver::objects
