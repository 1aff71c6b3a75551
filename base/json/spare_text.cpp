#include "base/json/spare_text.hpp"

#include <array>
#include <cstddef>

namespace kaudit {
namespace {

constexpr std::size_t kMost = 4;  // of each thread: an object is read, changed and written
constexpr std::size_t kLargest = std::size_t{64} << 10U;

// `over` is there after the strings are gone, when the thread ends.
constinit thread_local bool over = false;

struct Spares {
  std::array<std::string, kMost> texts;
  std::size_t size = 0;

  Spares() = default;
  Spares(const Spares&) = delete;
  Spares& operator=(const Spares&) = delete;
  ~Spares() { over = true; }
};
thread_local Spares spares;

}  // namespace

std::string SpareText::take() noexcept {
  if (over || spares.size == 0) return {};
  return std::move(spares.texts[--spares.size]);
}

void SpareText::keep(std::string&& text) noexcept {
  constexpr std::size_t kSmallest = 256;  // what is not worth its place
  if (over || text.capacity() < kSmallest || text.capacity() > kLargest || spares.size == kMost) {
    return;
  }
  text.clear();
  spares.texts[spares.size++] = std::move(text);
}

}  // namespace kaudit
