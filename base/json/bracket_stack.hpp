#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace kaudit {

/// How deep objects and arrays may be nested, the outermost counted. (encoding/json's limit)
inline constexpr std::size_t kMaxJsonDepth = 10'000;

/// Which of the open brackets are objects: one bit each, so that the deepest text needs no memory
/// of its own.
class BracketStack {
 public:
  bool full() const noexcept { return depth_ == kMaxJsonDepth; }
  bool empty() const noexcept { return depth_ == 0; }
  void push(char bracket) noexcept {
    const std::uint64_t bit = std::uint64_t{1} << (depth_ % 64);
    std::uint64_t& word = words_[depth_ / 64];
    word = bracket == '{' ? word | bit : word & ~bit;
    ++depth_;
  }
  void pop() noexcept { --depth_; }
  bool top_is_object() const noexcept {
    return ((words_[(depth_ - 1) / 64] >> ((depth_ - 1) % 64)) & 1U) != 0;
  }

 private:
  std::size_t depth_ = 0;
  std::array<std::uint64_t, kMaxJsonDepth / 64 + 1> words_{};
};

}  // namespace kaudit
