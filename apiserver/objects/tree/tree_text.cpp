#include "apiserver/objects/tree/tree_text.hpp"

#include <limits>
#include <stdexcept>

#include "apiserver/objects/tree/block_pool.hpp"

namespace kaudit::apiserver::objects {

void TreeText::hold_far(std::string_view text) {
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    throw std::length_error("a text of a tree is larger than 4 GiB");
  }
  char* const block = static_cast<char*>(BlockPool::allocate(text.size() + 1));
  std::memcpy(block, text.data(), text.size());
  block[text.size()] = '\0';
  point_to(block, text.size(), kOwned);
}

TreeText TreeText::joined(std::string_view head, std::string_view tail) {
  constexpr std::size_t kUsual = 128;
  const std::size_t size = head.size() + tail.size();
  if (size > kUsual) return std::string(head).append(tail);
  char text[kUsual];
  std::memcpy(text, head.data(), head.size());
  if (!tail.empty()) std::memcpy(text + head.size(), tail.data(), tail.size());
  return std::string_view(text, size);
}

void TreeText::release() noexcept {
  BlockPool::release(const_cast<char*>(pointer()), far_size() + std::size_t{1});
}

}  // namespace kaudit::apiserver::objects
