#include "base/text/text_pairs.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <utility>

namespace kaudit {
namespace {

constexpr std::size_t kLeastRoom = 128;

}  // namespace

TextPairs::TextPairs(const TextPairs& other) {
  make_room(other.text_size_, other.count_);
  for (const TextPair& pair : other) add(pair.name, pair.value);
}

TextPairs& TextPairs::operator=(const TextPairs& other) {
  if (this != &other) TextPairs(other).swap(*this);
  return *this;
}

bool TextPairs::operator==(const TextPairs& other) const noexcept {
  if (count_ != other.count_) return false;
  for (std::size_t at = 0; at < count_; ++at) {
    const TextPair mine = (*this)[at];
    const TextPair theirs = other[at];
    if (mine.name != theirs.name || mine.value != theirs.value) return false;
  }
  return true;
}

void TextPairs::insert(std::size_t at, std::string_view name, std::string_view value) {
  make_room(name.size() + value.size(), 1);
  if (at < count_) {
    // The places after it move towards the texts.
    std::memmove(address_of(count_), address_of(count_) + sizeof(Place),
                 (count_ - at) * sizeof(Place));
  }
  ++count_;
  put(at, {append(name), static_cast<std::uint32_t>(name.size()), append(value),
           static_cast<std::uint32_t>(value.size())});
}

void TextPairs::set_value(std::size_t at, std::string_view value) {
  make_room(value.size(), 0);
  Place where = place(at);
  where.value_at = append(value);
  where.value_size = static_cast<std::uint32_t>(value.size());
  put(at, where);
}

void TextPairs::erase(std::size_t at) noexcept {
  std::memmove(address_of(count_ - 1) + sizeof(Place), address_of(count_ - 1),
               (count_ - 1 - at) * sizeof(Place));
  --count_;
}

void TextPairs::put(std::size_t at, const Place& place) noexcept {
  std::memcpy(address_of(at), &place, sizeof place);
}

/// There is room for it. Gives where it is.
std::uint32_t TextPairs::append(std::string_view text) noexcept {
  const std::uint32_t at = text_size_;
  if (!text.empty()) std::memcpy(block_.get() + at, text.data(), text.size());
  text_size_ += static_cast<std::uint32_t>(text.size());
  return at;
}

/// Makes room for so many bytes, for which there is too little.
void TextPairs::grow(std::size_t more) {
  const std::size_t needed = capacity_ - free() + more;
  const std::size_t larger = std::max({needed, std::size_t{capacity_} * 2, kLeastRoom});
  if (larger > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("too much text");
  auto block = std::make_unique_for_overwrite<char[]>(larger);
  if (text_size_ > 0) std::memcpy(block.get(), block_.get(), text_size_);
  const std::size_t places = count_ * sizeof(Place);
  if (places > 0) {
    std::memcpy(block.get() + larger - places, block_.get() + capacity_ - places, places);
  }
  block_ = std::move(block);
  capacity_ = static_cast<std::uint32_t>(larger);
}

}  // namespace kaudit
