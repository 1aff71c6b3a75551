#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kaudit {

/// Cuts off and returns what comes before the first separator; the separator goes too. Without one
/// it is all of the text, and nothing is left.
inline std::string_view take_until(std::string_view& rest, char separator) noexcept {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return part;
}

/// The parts between the separators, one more than there are separators: no text is one part
/// without text. (Go's strings.Split)
inline std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// The texts one after the other with the separator between them. (Go's strings.Join)
template <typename Texts>
std::string joined(const Texts& texts, std::string_view separator) {
  std::string out;
  bool first = true;
  for (const auto& text : texts) {
    if (!first) out += separator;
    first = false;
    out += text;
  }
  return out;
}

}  // namespace kaudit
