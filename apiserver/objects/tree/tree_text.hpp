#pragma once

#include <array>
#include <bit>
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
      made.words_ = near_words(text);
    }
    return made;
  }
  /// The same, of constant_words(text) that are known.
  static TreeText of_static(std::string_view text, const std::array<std::uint64_t, 2>& words) {
    if (text.size() > kMostNear) return of_static(text);
    TreeText made;
    made.words_ = words;
    return made;
  }

  /// Up to so many characters are in the text itself.
  static constexpr std::size_t kMostNear = 14;
  /// The sixteen bytes of a text of at most kMostNear characters: no other text has them. What they
  /// hold beyond the characters is zero, but for the last.
  using Words = std::array<std::uint64_t, 2>;
  static Words near_words(std::string_view text) noexcept;
  /// near_words() for tables that are made when compiling; of a longer text, words that none has.
  static constexpr Words constant_words(std::string_view text) noexcept;
  /// near_words() of a text that is that short, else something that no such text has.
  const Words& words() const noexcept { return words_; }
  bool is_near() const noexcept { return form() <= kMostNear; }
  /// Whether it is a longer one that of_static() made.
  bool is_static() const noexcept { return form() == kStatic; }

  const char* data() const noexcept { return is_near() ? bytes() : pointer(); }
  const char* c_str() const noexcept { return data(); }
  std::size_t size() const noexcept { return is_near() ? form() : far_size(); }
  bool empty() const noexcept { return form() == 0; }
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
    if (a.is_near() || b.is_near()) return a.words_ == b.words_;
    return a.view() == b.view();
  }
  friend std::strong_ordering operator<=>(const TreeText& a, const TreeText& b) noexcept {
    if (!a.is_near() || !b.is_near()) return a.view() <=> b.view();
    // Zeros end the shorter one; of those with zeros of their own the size decides.
    const std::uint64_t left = in_order(a.words_[0]);
    const std::uint64_t right = in_order(b.words_[0]);
    if (left != right) return left <=> right;
    return in_order(a.words_[1]) <=> in_order(b.words_[1]);
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
  // What form() is where the text is not in the bytes; else it is the text's size.
  static constexpr std::uint8_t kStatic = 0xFE;
  static constexpr std::uint8_t kOwned = 0xFF;
  static constexpr std::size_t kForm = 15;  // its place

  /// A word whose order is that of its bytes.
  static std::uint64_t in_order(std::uint64_t word) noexcept {
    return std::endian::native == std::endian::little ? __builtin_bswap64(word) : word;
  }
  const char* bytes() const noexcept { return reinterpret_cast<const char*>(words_.data()); }
  char* bytes() noexcept { return reinterpret_cast<char*>(words_.data()); }
  std::uint8_t form() const noexcept { return static_cast<std::uint8_t>(bytes()[kForm]); }
  const char* pointer() const noexcept {
    const char* text = nullptr;
    std::memcpy(&text, bytes(), sizeof text);
    return text;
  }
  std::uint32_t far_size() const noexcept {
    std::uint32_t size = 0;
    std::memcpy(&size, bytes() + sizeof(char*), sizeof size);
    return size;
  }
  void point_to(const char* text, std::size_t size, std::uint8_t form) noexcept {
    const auto short_size = static_cast<std::uint32_t>(size);
    std::memcpy(bytes(), &text, sizeof text);
    std::memcpy(bytes() + sizeof(char*), &short_size, sizeof short_size);
    bytes()[kForm] = static_cast<char>(form);
  }
  void hold(std::string_view text) {
    if (text.size() > kMostNear) return hold_far(text);
    words_ = near_words(text);
  }
  void hold_far(std::string_view text);
  void copy(const TreeText& other) {
    if (other.form() == kOwned) return hold_far(other.view());
    words_ = other.words_;
  }
  void take(TreeText& other) noexcept { words_ = std::exchange(other.words_, Words{}); }
  void drop() noexcept {
    if (form() == kOwned) release();
  }
  void release() noexcept;

  Words words_{};
};
static_assert(sizeof(TreeText) == 16);

constexpr TreeText::Words TreeText::constant_words(std::string_view text) noexcept {
  Words words{};
  const auto put = [&words](std::size_t place, std::uint64_t byte) {
    const std::size_t from_low =
        std::endian::native == std::endian::little ? place % 8 : 7 - place % 8;
    words[place / 8] |= byte << (8 * from_low);
  };
  const bool near = text.size() <= kMostNear;
  for (std::size_t i = 0; near && i < text.size(); ++i) {
    put(i, static_cast<unsigned char>(text[i]));
  }
  put(kForm, near ? text.size() : kStatic);
  return words;
}

// Inlined always: of a text that is known when compiling two constants are left. (MemberName)
[[gnu::always_inline]] inline TreeText::Words TreeText::near_words(std::string_view text) noexcept {
  Words words{};
  const std::size_t size = text.size();
  if constexpr (std::endian::native == std::endian::big) {
    char* const bytes = reinterpret_cast<char*>(words.data());
    if (size != 0) std::memcpy(bytes, text.data(), size);
    bytes[kForm] = static_cast<char>(size);
    return words;
  }
  // In two pieces, which may overlap: cheaper than a copy whose size is not known.
  const char* const from = text.data();
  const auto load = [](const char* at, auto word) {
    std::memcpy(&word, at, sizeof word);
    return std::uint64_t{word};
  };
  if (size >= 8) {
    words[0] = load(from, std::uint64_t{});
    words[1] = load(from + size - 8, std::uint64_t{}) >> (8 * (15 - size)) >> 8U;
  } else if (size >= 4) {
    words[0] = load(from, std::uint32_t{}) | load(from + size - 4, std::uint32_t{})
                                                 << (8 * (size - 4));
  } else if (size != 0) {
    words[0] = load(from, std::uint8_t{}) |
               load(from + size / 2, std::uint8_t{}) << (8 * (size / 2)) |
               load(from + size - 1, std::uint8_t{}) << (8 * (size - 1));
  }
  words[1] |= std::uint64_t{size} << (8 * (kForm - 8));
  return words;
}

}  // namespace kaudit::apiserver::objects
