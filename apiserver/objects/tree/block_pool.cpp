#include "apiserver/objects/tree/block_pool.hpp"

#include <array>
#include <bit>
#include <cstdint>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KAUDIT_PLAIN_HEAP 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define KAUDIT_PLAIN_HEAP 1
#endif
#endif

namespace kaudit::apiserver::objects {

#ifdef KAUDIT_PLAIN_HEAP

void* BlockPool::allocate(std::size_t bytes) { return ::operator new(bytes); }
void BlockPool::release(void* block, std::size_t /*bytes*/) noexcept { ::operator delete(block); }

#else

namespace {

constexpr std::size_t kKeptBytes = std::size_t{32} << 10U;  // of each size, by each thread
constexpr std::size_t kStep = 32;
constexpr std::size_t kEven = 8;  // sizes that are multiples of kStep; four to each doubling follow
constexpr std::size_t kSizes = 32;

constexpr std::size_t size_class(std::size_t bytes) noexcept {
  if (bytes <= kEven * kStep) return bytes == 0 ? 0 : (bytes - 1) / kStep;
  const auto doubling = static_cast<std::size_t>(std::bit_width(bytes - 1)) - 9;
  return kEven + doubling * 4 + ((bytes - 1) >> (doubling + 6)) - 4;
}

constexpr std::size_t class_bytes(std::size_t place) noexcept {
  if (place < kEven) return (place + 1) * kStep;
  const std::size_t doubling = (place - kEven) / 4;
  return ((place - kEven) % 4 + 5) << (doubling + 6);
}

static_assert(class_bytes(size_class(1)) == 32 && class_bytes(size_class(33)) == 64);
static_assert(class_bytes(size_class(257)) == 320 && class_bytes(size_class(512)) == 512);
static_assert(class_bytes(size_class(513)) == 640 && class_bytes(size_class(2048)) == 2048);
static_assert(size_class(BlockPool::kLargest) == kSizes - 1 &&
              class_bytes(kSizes - 1) == BlockPool::kLargest);

struct Block {
  Block* next;
};

struct List {
  Block* first = nullptr;
  std::uint32_t size = 0;
};

enum class State : std::uint8_t { Unused, InUse, Over };

// Needs no constructor and no destructor: it is there before and after the thread's other objects.
struct Lists {
  std::array<List, kSizes> by_size{};
  State state = State::Unused;
};
constinit thread_local Lists lists{};

// Empties the lists when the thread ends. Who drops a tree after that gives it to the heap.
struct Sweeper {
  ~Sweeper() {
    lists.state = State::Over;
    for (List& list : lists.by_size) {
      while (list.first != nullptr) {
        Block* const block = list.first;
        list.first = block->next;
        ::operator delete(block);
      }
      list.size = 0;
    }
  }
};

[[gnu::noinline]] bool begin_use() {
  if (lists.state == State::Over) return false;
  thread_local Sweeper sweeper;
  static_cast<void>(&sweeper);
  lists.state = State::InUse;
  return true;
}

}  // namespace

void* BlockPool::allocate(std::size_t bytes) {
  if (bytes > kLargest) return ::operator new(bytes);
  const std::size_t place = size_class(bytes);
  List& list = lists.by_size[place];
  if (Block* const block = list.first; block != nullptr) {
    list.first = block->next;
    --list.size;
    return block;
  }
  return ::operator new(class_bytes(place));
}

void BlockPool::release(void* block, std::size_t bytes) noexcept {
  if (bytes > kLargest) return ::operator delete(block);
  const std::size_t place = size_class(bytes);
  List& list = lists.by_size[place];
  const bool usable = lists.state == State::InUse || begin_use();
  if (!usable || (list.size + 1) * class_bytes(place) > kKeptBytes) return ::operator delete(block);
  list.first = new (block) Block{list.first};
  ++list.size;
}

#endif

}  // namespace kaudit::apiserver::objects
