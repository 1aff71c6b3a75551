#pragma once

#include <cstddef>
#include <type_traits>

namespace kaudit::apiserver::objects {

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
};

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
