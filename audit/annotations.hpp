#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "base/text/text_pairs.hpp"

namespace kaudit::audit {

/// The annotations of an event, in the order of their keys. Views of them are good until the next
/// change.
class Annotations {
 public:
  Annotations() = default;
  Annotations(std::initializer_list<TextPair> pairs);

  std::optional<std::string_view> find(std::string_view key) const noexcept;
  /// Throws std::out_of_range when there is none of that key.
  std::string_view at(std::string_view key) const;
  /// Adds it, or replaces its value.
  void set(std::string_view key, std::string_view value);
  /// Adds it unless there is one; false when that has another value.
  bool add(std::string_view key, std::string_view value);
  void clear() noexcept { pairs_.clear(); }

  bool empty() const noexcept { return pairs_.empty(); }
  std::size_t size() const noexcept { return pairs_.size(); }
  TextPairs::Iterator begin() const noexcept { return pairs_.begin(); }
  TextPairs::Iterator end() const noexcept { return pairs_.end(); }

 private:
  std::size_t place_of(std::string_view key) const noexcept;
  bool is_at(std::size_t place, std::string_view key) const noexcept {
    return place < pairs_.size() && pairs_[place].name == key;
  }
  void insert(std::size_t place, std::string_view key, std::string_view value);

  TextPairs pairs_;
};

}  // namespace kaudit::audit
