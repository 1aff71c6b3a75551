#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace kaudit::audit::search {

/// Holds the texts that are not in an event's bytes as they are needed, until the next event. Their
/// memory is used again. Not thread-safe.
class TextArena {
 public:
  /// A text to fill in, valid until clear(); it must not be moved from.
  std::string& add() {
    if (used_ == texts_.size()) texts_.emplace_back();
    std::string& text = texts_[used_++];
    text.clear();
    return text;
  }
  void clear() noexcept {
    used_ = 0;
    if (texts_.size() > kKept) texts_.resize(kKept);
  }

 private:
  static constexpr std::size_t kKept = 64;

  std::deque<std::string> texts_;  // a deque: views into the texts must stay
  std::size_t used_ = 0;
};

}  // namespace kaudit::audit::search
