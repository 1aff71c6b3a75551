#include "base/http1/header_syntax.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/text/byte_scan.hpp"
#include "base/text/list.hpp"

namespace kaudit::http1 {
namespace {

constexpr std::array<bool, 256> token_table() {
  std::array<bool, 256> table{};
  for (unsigned char c = '0'; c <= '9'; ++c) {
    table[c] = true;
  }
  for (unsigned char c = 'a'; c <= 'z'; ++c) {
    table[c] = true;
    table[c - 'a' + 'A'] = true;
  }
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}
constexpr std::array<bool, 256> kToken = token_table();

bool token_char(char c) { return kToken[static_cast<unsigned char>(c)]; }

}  // namespace

bool has_control(std::string_view text, Tab tab) noexcept {
  constexpr char kDelete = 0x7F;
  if (text.find(kDelete) != std::string_view::npos) {
    return true;
  }
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); (at = byte_scan::skip_plain(at, end)) != end; ++at) {
    if (static_cast<unsigned char>(*at) < 0x20 && (*at != '\t' || tab == Tab::IsControl)) {
      return true;
    }
  }
  return false;
}

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), token_char);
}

bool has_token(const std::vector<std::string_view>& values, std::string_view token) noexcept {
  for (std::string_view rest : values) {
    while (!rest.empty()) {
      if (equals_ignoring_case(trim_blanks(take_until(rest, ',')), token)) {
        return true;
      }
    }
  }
  return false;
}

HeaderLine split_header_line(std::string_view line) noexcept {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return {};
  }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = line.substr(colon + 1);
  const bool ok =
      std::all_of(name.begin(), name.end(), [](char c) { return token_char(c) || c == ' '; }) &&
      !has_control(value, Tab::IsText);
  return {ok, name, trim_blanks_left(value)};
}

}  // namespace kaudit::http1
