#include "base/text/trim.hpp"

#include <algorithm>
#include <array>

namespace kaudit {
namespace {

// Unicode's White_Space, in UTF-8.
constexpr std::array<std::string_view, 25> kSpaces{
    " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u0085", "\u00a0", "\u1680",
    "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008",
    "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

template <typename Matches>
std::size_t matching_space(Matches matches) noexcept {
  const auto* const found = std::find_if(kSpaces.begin(), kSpaces.end(), matches);
  return found == kSpaces.end() ? 0 : found->size();
}

/// Any other byte of ASCII is nobody's white space, and no end of one.
bool is_visible_ascii(char c) noexcept { return c > ' ' && c <= '~'; }

/// Length of the white space at the front; 0 when there is none.
std::size_t leading_space(std::string_view text) noexcept {
  return matching_space([text](std::string_view space) { return text.starts_with(space); });
}

std::size_t trailing_space(std::string_view text) noexcept {
  return matching_space([text](std::string_view space) { return text.ends_with(space); });
}

}  // namespace

std::string_view trim_space(std::string_view text) noexcept {
  if (!text.empty() && is_visible_ascii(text.front()) && is_visible_ascii(text.back())) return text;
  while (const auto length = leading_space(text)) {
    text.remove_prefix(length);
  }
  while (const auto length = trailing_space(text)) {
    text.remove_suffix(length);
  }
  return text;
}

std::string_view trim_blanks_left(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

std::string_view trim_blanks(std::string_view text) noexcept {
  text = trim_blanks_left(text);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_blank_line(std::string_view line) noexcept {
  return line.find_first_not_of(" \t\n\v\f\r") == std::string_view::npos;
}

}  // namespace kaudit
