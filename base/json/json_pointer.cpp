#include "base/json/json_pointer.hpp"

namespace kaudit {

std::string unescaped_token(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const char next = i + 1 < token.size() ? token[i + 1] : '\0';
    if (token[i] == '~' && (next == '0' || next == '1')) {
      text += next == '0' ? '~' : '/';
      ++i;
    } else {
      text += token[i];
    }
  }
  return text;
}

}  // namespace kaudit
