#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace kaudit::apiserver::objects {

/// A text in a tree: the name of a member, a string, the digits of a number. It does not change,
/// ends in a zero byte and takes 16 bytes: up to 14 characters are in it, longer ones in a block of
/// the pool, and the names of the built-in types are views of the tables that they stand in.
///
/// A value like std::string, to be used wherever one, or a view of one, is read.
class TreeText {
 public:
  TreeText() noexcept = default;
  // Implicit, as a std::string's are.
  TreeText(std::string_view text) { hold(text); }    // NOLINT(google-explicit-constructor)
  TreeText(const std::string& text) { hold(text); }  // NOLINT(google-explicit-constructor)
  TreeText(const char* text) { hold(text); }         // NOLINT(google-explicit-constructor)
  TreeText(const TreeText& other) { copy(other); }
  TreeText(TreeText&& other) noexcept { take(other); }
  TreeText& operator=(const TreeText& other) {
    if (this != &other) *this = TreeText(other);
    return *this;
  }
  TreeText& operator=(TreeText&& other) noexcept {
    if (this != &other) {
      drop();
      take(other);
    }
    return *this;
  }
  ~TreeText() { drop(); }

  /// The one text behind the other.
  static TreeText joined(std::string_view head, std::string_view tail);

  /// A view of `text`, which ends in a zero byte and is there for ever.
  static TreeText of_static(std::string_view text) noexcept {
    TreeText made;
    if (text.size() > kMostNear) {
      made.point_to(text.data(), text.size(), kStatic);
    } else {
      std::memcpy(made.bytes_, text.data(), text.size());
      made.form_ = static_cast<std::uint8_t>(text.size());
    }
    return made;
  }

  const char* data() const noexcept { return is_near() ? bytes_ : pointer(); }
  const char* c_str() const noexcept { return data(); }
  std::size_t size() const noexcept { return is_near() ? form_ : far_size(); }
  bool empty() const noexcept { return form_ == 0; }
  std::string_view view() const noexcept { return {data(), size()}; }
  operator std::string_view() const noexcept {
    return view();
  }  // NOLINT(google-explicit-constructor)
  operator std::string() const {
    return std::string(view());
  }  // NOLINT(google-explicit-constructor)

  const char* begin() const noexcept { return data(); }
  const char* end() const noexcept { return data() + size(); }
  char front() const noexcept { return *data(); }
  char back() const noexcept { return data()[size() - 1]; }
  char operator[](std::size_t at) const noexcept { return data()[at]; }
  bool starts_with(auto text) const noexcept { return view().starts_with(text); }
  bool ends_with(auto text) const noexcept { return view().ends_with(text); }
  std::size_t find(auto what, std::size_t from = 0) const noexcept {
    return view().find(what, from);
  }
  std::size_t find_first_of(auto what) const noexcept { return view().find_first_of(what); }
  std::string_view substr(std::size_t from, std::size_t most = std::string_view::npos) const {
    return view().substr(from, most);
  }
  int compare(std::string_view other) const noexcept { return view().compare(other); }

  friend bool operator==(const TreeText& a, const TreeText& b) noexcept {
    // Of texts that are in their sixteen bytes these say all, and one that is not differs from them
    // in the last.
    return a.is_near() || b.is_near() ? a.low() == b.low() && a.high() == b.high()
                                      : a.view() == b.view();
  }
  friend auto operator<=>(const TreeText& a, const TreeText& b) noexcept {
    return a.view() <=> b.view();
  }
  template <std::convertible_to<std::string_view> Other>
  friend bool operator==(const TreeText& a, const Other& b) noexcept {
    return a.view() == std::string_view(b);
  }
  template <std::convertible_to<std::string_view> Other>
  friend auto operator<=>(const TreeText& a, const Other& b) noexcept {
    return a.view() <=> std::string_view(b);
  }
  template <std::convertible_to<std::string_view> Other>
  friend std::string operator+(const TreeText& a, const Other& b) {
    return std::string(a.view()).append(std::string_view(b));
  }
  template <std::convertible_to<std::string_view> Other>
  friend std::string operator+(Other&& a, const TreeText& b) {
    return std::string(std::forward<Other>(a)).append(b.view());
  }

 private:
  // What form_ is where the text is not in bytes_; else it is the text's size.
  static constexpr std::uint8_t kMostNear = 14;
  static constexpr std::uint8_t kStatic = 0xFE;
  static constexpr std::uint8_t kOwned = 0xFF;

  bool is_near() const noexcept { return form_ <= kMostNear; }
  std::uint64_t low() const noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes_, sizeof word);
    return word;
  }
  std::uint64_t high() const noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes_ + sizeof word, sizeof word - 1);
    return word << 8U | form_;
  }
  const char* pointer() const noexcept {
    const char* text = nullptr;
    std::memcpy(&text, bytes_, sizeof text);
    return text;
  }
  std::uint32_t far_size() const noexcept {
    std::uint32_t size = 0;
    std::memcpy(&size, bytes_ + sizeof(char*), sizeof size);
    return size;
  }
  void point_to(const char* text, std::size_t size, std::uint8_t form) noexcept {
    const auto short_size = static_cast<std::uint32_t>(size);
    std::memcpy(bytes_, &text, sizeof text);
    std::memcpy(bytes_ + sizeof(char*), &short_size, sizeof short_size);
    form_ = form;
  }
  void hold(std::string_view text) {
    if (text.size() > kMostNear) return hold_far(text);
    if (!text.empty()) std::memcpy(bytes_, text.data(), text.size());
    form_ = static_cast<std::uint8_t>(text.size());
  }
  void hold_far(std::string_view text);
  void copy(const TreeText& other) {
    if (other.form_ == kOwned) return hold_far(other.view());
    std::memcpy(bytes_, other.bytes_, sizeof bytes_);
    form_ = other.form_;
  }
  void take(TreeText& other) noexcept {
    std::memcpy(bytes_, other.bytes_, sizeof bytes_);
    form_ = std::exchange(other.form_, std::uint8_t{0});
    std::memset(other.bytes_, 0, sizeof other.bytes_);
  }
  void drop() noexcept {
    if (form_ == kOwned) release();
  }
  void release() noexcept;

  alignas(char*) char bytes_[15] = {};  // zero beyond the text
  std::uint8_t form_ = 0;
};
static_assert(sizeof(TreeText) == 16);

}  // namespace kaudit::apiserver::objects
