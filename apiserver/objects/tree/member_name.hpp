#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

#include "apiserver/objects/tree/name_bits.hpp"
#include "apiserver/objects/tree/tree_text.hpp"

namespace kaudit::apiserver::objects {

/// A name that members are looked up by, with the words that short names are compared as: those of
/// a literal are constants. It lives no longer than the text, mostly the call that it is made for.
class MemberName {
 public:
  // Implicit, as a std::string_view's are.
  template <std::size_t Size>
  // Inlined always: most names are literals, of which then nothing is left to do.
  [[gnu::always_inline]] constexpr MemberName(const char (&literal)[Size]) noexcept  // NOLINT
      : text_(literal, Size - 1) {
    if constexpr (Size - 1 <= TreeText::kMostNear) {
      words_ = std::is_constant_evaluated() ? TreeText::constant_words(text_)
                                            : TreeText::near_words(text_);
    }
  }
  MemberName(std::string_view text) noexcept : text_(text) {  // NOLINT
    if (is_near()) words_ = TreeText::near_words(text);
  }
  // Of a pointer, as which no literal comes here.
  template <std::same_as<const char*> Pointer>
  MemberName(const Pointer& text) noexcept  // NOLINT
      : MemberName(std::string_view(text)) {}
  MemberName(const std::string& text) noexcept  // NOLINT
      : MemberName(std::string_view(text)) {}
  MemberName(const TreeText& text) noexcept  // NOLINT
      : text_(text.view()), words_(text.words()) {}
  /// Of a text with those near_words().
  MemberName(std::string_view near, const TreeText::Words& words) noexcept
      : text_(near), words_(words) {}

  std::string_view text() const noexcept { return text_; }
  bool is_near() const noexcept { return text_.size() <= TreeText::kMostNear; }
  /// Of a name that is near.
  const TreeText::Words& words() const noexcept { return words_; }
  [[gnu::always_inline]] NameBits bit() const noexcept {
    return is_near() ? name_bit(words_[0], text_.size()) : name_bit(text_);
  }

 private:
  std::string_view text_;
  TreeText::Words words_{};
};

}  // namespace kaudit::apiserver::objects
