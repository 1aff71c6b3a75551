#include "apiserver/objects/tree/block_pool.hpp"

namespace kaudit::apiserver::objects {

#ifndef KAUDIT_PLAIN_HEAP

namespace block_pool_detail {
namespace {

constexpr std::size_t kKeptBytes = std::size_t{32} << 10U;  // of each size, by each thread

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

enum class State : std::uint8_t { Unused, InUse, Over };
constinit thread_local State state = State::Unused;

// Empties the lists when the thread ends. Who drops a tree after that gives it to the heap.
struct Sweeper {
  ~Sweeper() {
    state = State::Over;
    for (List& list : lists) {
      list.room = 0;
      while (list.first != nullptr) {
        Block* const block = list.first;
        list.first = block->next;
        ::operator delete(block);
      }
    }
  }
};

// What came from the heap before this thread's first release may fill the lists too.
void begin_use() {
  thread_local Sweeper sweeper;
  static_cast<void>(&sweeper);
  state = State::InUse;
  for (std::size_t place = 0; place < kSizes; ++place) {
    lists[place].room = static_cast<std::uint32_t>(kKeptBytes / class_bytes(place));
  }
}

}  // namespace

constinit thread_local std::array<List, kSizes> lists{};

}  // namespace block_pool_detail

[[gnu::noinline]] void* BlockPool::allocate_new(std::size_t bytes) {
  using namespace block_pool_detail;
  return ::operator new(bytes > kLargest ? bytes : class_bytes(size_class(bytes)));
}

[[gnu::noinline]] void BlockPool::release_beyond(void* block, std::size_t bytes) noexcept {
  if (bytes <= kLargest && block_pool_detail::state == block_pool_detail::State::Unused) {
    block_pool_detail::begin_use();
    return release(block, bytes);
  }
  ::operator delete(block);
}

#endif

}  // namespace kaudit::apiserver::objects
