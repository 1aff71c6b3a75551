#pragma once

#include <string>
#include <utility>

namespace kaudit {

/// A string for what is built and soon dropped: its memory is that of an earlier one on the same
/// thread, and is kept for the next one, as long as it is small. Not thread-safe, but it may end on
/// another thread.
class SpareText {
 public:
  SpareText() : text_(take()) {}
  SpareText(const SpareText& other) : SpareText() { text_ = other.text_; }
  SpareText(SpareText&& other) noexcept : text_(std::exchange(other.text_, {})) {}
  SpareText& operator=(SpareText other) noexcept {
    std::swap(text_, other.text_);
    return *this;
  }
  ~SpareText() { keep(std::move(text_)); }

  std::string& operator*() noexcept { return text_; }
  const std::string& operator*() const noexcept { return text_; }
  std::string* operator->() noexcept { return &text_; }
  const std::string* operator->() const noexcept { return &text_; }

 private:
  static std::string take() noexcept;
  static void keep(std::string&& text) noexcept;

  std::string text_;
};

}  // namespace kaudit
