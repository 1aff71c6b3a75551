#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>

namespace kaudit {

struct TextPair {
  std::string_view name;
  std::string_view value;
};

/// Pairs of texts in the order in which they were added, all in one block of memory: a list that
/// costs one allocation, however many there are, and whose move costs next to nothing. Views of it
/// are good until the next change; what is added must not be such a view. Throws std::length_error
/// at 4 GiB. Not thread-safe.
class TextPairs {
 public:
  TextPairs() = default;
  TextPairs(const TextPairs& other);
  TextPairs(TextPairs&& other) noexcept
      : block_(std::move(other.block_)),
        capacity_(std::exchange(other.capacity_, 0)),
        text_size_(std::exchange(other.text_size_, 0)),
        count_(std::exchange(other.count_, 0)) {}
  TextPairs& operator=(const TextPairs& other);
  TextPairs& operator=(TextPairs&& other) noexcept {
    TextPairs(std::move(other)).swap(*this);
    return *this;
  }
  ~TextPairs() = default;
  void swap(TextPairs& other) noexcept {
    block_.swap(other.block_);
    std::swap(capacity_, other.capacity_);
    std::swap(text_size_, other.text_size_);
    std::swap(count_, other.count_);
  }

  std::size_t size() const noexcept { return count_; }
  bool empty() const noexcept { return count_ == 0; }
  TextPair operator[](std::size_t at) const noexcept {
    const Place where = place(at);
    return {{block_.get() + where.name_at, where.name_size},
            {block_.get() + where.value_at, where.value_size}};
  }
  TextPair front() const noexcept { return (*this)[0]; }
  /// The same pairs in the same order.
  bool operator==(const TextPairs& other) const noexcept;

  /// Makes room for so many bytes of text, and so many pairs, beside what is there.
  void reserve(std::size_t bytes, std::size_t pairs) { make_room(bytes, pairs); }
  void add(std::string_view name, std::string_view value) { insert(count_, name, value); }
  /// Before the pair at that place.
  void insert(std::size_t at, std::string_view name, std::string_view value);
  /// What was there before stays in memory, unseen.
  void set_value(std::size_t at, std::string_view value);
  void erase(std::size_t at) noexcept;
  /// Keeps the block.
  void clear() noexcept { text_size_ = count_ = 0; }
  /// Bytes of the block.
  std::size_t capacity() const noexcept { return capacity_; }

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = TextPair;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = TextPair;

    Iterator(const TextPairs& of, std::size_t at) noexcept : of_(&of), at_(at) {}
    TextPair operator*() const noexcept { return (*of_)[at_]; }
    Iterator& operator++() noexcept {
      ++at_;
      return *this;
    }
    Iterator operator++(int) noexcept { return {*of_, at_++}; }
    bool operator==(const Iterator& other) const noexcept { return at_ == other.at_; }
    bool operator!=(const Iterator& other) const noexcept { return at_ != other.at_; }

   private:
    const TextPairs* of_;
    std::size_t at_;
  };
  Iterator begin() const noexcept { return {*this, 0}; }
  Iterator end() const noexcept { return {*this, count_}; }

 private:
  /// Where a pair's texts are. Places grow from the end of the block towards the texts, which grow
  /// from its beginning.
  struct Place {
    std::uint32_t name_at;
    std::uint32_t name_size;
    std::uint32_t value_at;
    std::uint32_t value_size;
  };

  std::size_t free() const noexcept { return capacity_ - text_size_ - count_ * sizeof(Place); }
  char* address_of(std::size_t place) const noexcept {
    return block_.get() + capacity_ - (place + 1) * sizeof(Place);
  }
  Place place(std::size_t at) const noexcept {
    Place place;
    std::memcpy(&place, address_of(at), sizeof place);
    return place;
  }
  void put(std::size_t at, const Place& place) noexcept;
  std::uint32_t append(std::string_view text) noexcept;
  void make_room(std::size_t bytes, std::size_t pairs) {
    const std::size_t more = bytes + pairs * sizeof(Place);
    if (more > free()) grow(more);
  }
  void grow(std::size_t more);

  std::unique_ptr<char[]> block_;
  std::uint32_t capacity_ = 0;
  std::uint32_t text_size_ = 0;
  std::uint32_t count_ = 0;
};

}  // namespace kaudit
