#include "base/json/spare_text.hpp"

#include <array>
#include <cstddef>

namespace kaudit {
namespace {

constexpr std::size_t kMost = 4;  // of each thread: an object is read, changed and written
constexpr std::size_t kLargest = std::size_t{64} << 10U;

struct Spares {
  std::array<std::string, kMost> texts;
  std::size_t size = 0;

  Spares() = default;
  Spares(const Spares&) = delete;
  Spares& operator=(const Spares&) = delete;
  ~Spares();
};

// Found without asking whether they have been made: null before the thread keeps its first text,
// and again when they are gone, at the thread's end.
constinit thread_local Spares* spares = nullptr;
constinit thread_local bool over = false;

Spares::~Spares() {
  spares = nullptr;
  over = true;
}

Spares* make_spares() noexcept {
  if (over) return nullptr;
  thread_local Spares made;
  return spares = &made;
}

}  // namespace

std::string SpareText::take() noexcept {
  if (spares == nullptr || spares->size == 0) return {};
  return std::move(spares->texts[--spares->size]);
}

void SpareText::keep(std::string&& text) noexcept {
  constexpr std::size_t kSmallest = 256;  // what is not worth its place
  if (text.capacity() < kSmallest || text.capacity() > kLargest) return;
  Spares* const to = spares != nullptr ? spares : make_spares();
  if (to == nullptr || to->size == kMost) return;
  text.clear();
  to->texts[to->size++] = std::move(text);
}

}  // namespace kaudit
