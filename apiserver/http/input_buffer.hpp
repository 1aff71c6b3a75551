#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace kaudit::apiserver::http {

/// What has come from a client and has not been consumed, in one run of bytes. Bounded: whoever
/// reads ahead has a lower bound of its own. Not thread-safe.
class InputBuffer {
 public:
  /// More than any reader here waits for: a request's head is the longest. (RequestHeadParser)
  static constexpr std::size_t kMostBytes = std::size_t{4} * 1024 * 1024;
  /// Room of this size costs no allocation where this thread has just released some.
  static constexpr std::size_t kUsualBytes = std::size_t{4} * 1024;

  std::string_view view() const noexcept { return {bytes_.get() + begin_, end_ - begin_}; }
  std::size_t size() const noexcept { return end_ - begin_; }
  bool empty() const noexcept { return begin_ == end_; }

  /// Room for `size` bytes behind those that are held; views of these end here. Throws
  /// std::length_error when it would be more than kMostBytes in all.
  std::span<char> prepare(std::size_t size);
  /// The first `size` bytes of that room have been filled.
  void commit(std::size_t size) noexcept { end_ += size; }
  /// Forgets the first `size` bytes, or all when there are fewer.
  void consume(std::size_t size) noexcept;
  void clear() noexcept { begin_ = end_ = 0; }
  /// Gives the memory back; only when empty().
  void release() noexcept;

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace kaudit::apiserver::http
