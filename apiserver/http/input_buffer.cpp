#include "apiserver/http/input_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace kaudit::apiserver::http {
namespace {

/// A buffer that a connection has released for the next one of its thread.
thread_local std::unique_ptr<char[]> spare;

std::unique_ptr<char[]> made(std::size_t capacity) {
  if (capacity == InputBuffer::kUsualBytes && spare) return std::move(spare);
  return std::make_unique_for_overwrite<char[]>(capacity);
}

}  // namespace

std::span<char> InputBuffer::prepare(std::size_t size) {
  const std::size_t held = this->size();
  if (size > kMostBytes - held) throw std::length_error("a client's input has no end");
  if (size > capacity_ - end_) {
    if (size > capacity_ - held) {
      // Twice what is held, so that a long head is not copied for each read of it.
      const std::size_t capacity = std::max(held + size, std::min(2 * held, kMostBytes));
      auto larger = made(capacity);
      if (held != 0) std::memcpy(larger.get(), bytes_.get() + begin_, held);
      bytes_ = std::move(larger);
      capacity_ = capacity;
    } else if (held != 0) {
      std::memmove(bytes_.get(), bytes_.get() + begin_, held);
    }
    begin_ = 0;
    end_ = held;
  }
  return {bytes_.get() + end_, size};
}

void InputBuffer::consume(std::size_t size) noexcept {
  begin_ += std::min(size, this->size());
  if (empty()) clear();
}

void InputBuffer::release() noexcept {
  if (!empty()) return;
  if (capacity_ == kUsualBytes) spare = std::move(bytes_);
  bytes_.reset();
  capacity_ = 0;
  clear();
}

}  // namespace kaudit::apiserver::http
