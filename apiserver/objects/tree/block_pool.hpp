#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KAUDIT_PLAIN_HEAP 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define KAUDIT_PLAIN_HEAP 1
#endif
#endif

namespace kaudit::apiserver::objects {

namespace block_pool_detail {

inline constexpr std::size_t kStep = 32;
inline constexpr std::size_t kEven = 8;  // sizes that are multiples of kStep; four to each doubling
inline constexpr std::size_t kSizes = 32;  // follow

constexpr std::size_t size_class(std::size_t bytes) noexcept {
  if (bytes <= kEven * kStep) return bytes == 0 ? 0 : (bytes - 1) / kStep;
  const auto doubling = static_cast<std::size_t>(std::bit_width(bytes - 1)) - 9;
  return kEven + doubling * 4 + ((bytes - 1) >> (doubling + 6)) - 4;
}

struct Block {
  Block* next;
};

/// Blocks of one size. There is no room before the thread's first use, and after its end.
struct List {
  Block* first = nullptr;
  std::uint32_t room = 0;  ///< for so many more
};

// Needs no constructor and no destructor: it is there before and after the thread's other objects.
extern constinit thread_local std::array<List, kSizes> lists;

}  // namespace block_pool_detail

/// Memory for the pieces of trees, which are made and dropped by the hundred with each request:
/// blocks of a few sizes that go back onto a list of the thread that drops them and are handed out
/// again from there. A list keeps 32 KiB; what is beyond goes back to the heap, as does everything
/// when the thread ends, and as do larger pieces at once. A sanitizer sees each piece as the heap's
/// own.
///
/// Thread-safe: a piece may be dropped on another thread than the one it was made on.
class BlockPool {
 public:
  static constexpr std::size_t kLargest = 16 * 1024;  ///< bytes; larger pieces are the heap's

  static void* allocate(std::size_t bytes);
  /// `bytes`: as asked for.
  static void release(void* block, std::size_t bytes) noexcept;

 private:
  static void* allocate_new(std::size_t bytes);
  static void release_beyond(void* block, std::size_t bytes) noexcept;
};

#ifdef KAUDIT_PLAIN_HEAP

inline void* BlockPool::allocate(std::size_t bytes) { return ::operator new(bytes); }
inline void BlockPool::release(void* block, std::size_t /*bytes*/) noexcept {
  ::operator delete(block);
}

#else

inline void* BlockPool::allocate(std::size_t bytes) {
  if (bytes <= kLargest) [[likely]] {
    block_pool_detail::List& list = block_pool_detail::lists[block_pool_detail::size_class(bytes)];
    if (block_pool_detail::Block* const block = list.first; block != nullptr) [[likely]] {
      list.first = block->next;
      ++list.room;
      return block;
    }
  }
  return allocate_new(bytes);
}

inline void BlockPool::release(void* block, std::size_t bytes) noexcept {
  if (bytes <= kLargest) [[likely]] {
    block_pool_detail::List& list = block_pool_detail::lists[block_pool_detail::size_class(bytes)];
    if (list.room != 0) [[likely]] {
      --list.room;
      list.first = new (block) block_pool_detail::Block{list.first};
      return;
    }
  }
  release_beyond(block, bytes);
}

#endif

/// The pool as an allocator of containers.
template <typename T>
struct Recycled {
  using value_type = T;
  using is_always_equal = std::true_type;

  Recycled() noexcept = default;
  template <typename Other>
  Recycled(const Recycled<Other>&) noexcept {
  }  // NOLINT(google-explicit-constructor): allocators convert

  T* allocate(std::size_t count) { return static_cast<T*>(BlockPool::allocate(count * kSize)); }
  void deallocate(T* place, std::size_t count) noexcept {
    BlockPool::release(place, count * kSize);
  }
  friend bool operator==(const Recycled&, const Recycled&) noexcept { return true; }

 private:
  // NOLINTNEXTLINE(bugprone-sizeof-expression): T may be a pointer, whose size is wanted then
  static constexpr std::size_t kSize = sizeof(T);
};

}  // namespace kaudit::apiserver::objects
