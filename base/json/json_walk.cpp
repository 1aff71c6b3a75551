#include "base/json/json_walk.hpp"

#include <cstddef>
#include <stdexcept>

#include "base/text/byte_scan.hpp"

namespace kaudit {
namespace {

/// What may follow a number or a word.
constexpr bool ends_scalar(char c) noexcept { return c == ',' || c == '}' || c == ']'; }

}  // namespace

void not_compact_json() {
  throw std::logic_error("JSON that was promised to be valid and compact is not");
}

const char* pass_json_string(const char* at, const char* end) {
  if (at >= end || *at != '"') not_compact_json();
  for (++at;;) {
    while (static_cast<std::size_t>(end - at) >= byte_scan::kWord) {
      const std::uint64_t marks = byte_scan::mark_quote_or_backslash(byte_scan::load(at));
      at += byte_scan::unmarked(marks);
      if (marks != 0) break;
    }
    while (at < end && *at != '"' && *at != '\\') ++at;
    if (at >= end) not_compact_json();
    if (*at == '"') return at + 1;
    if (end - at < 2) not_compact_json();
    at += 2;
  }
}

const char* pass_json_value(const char* at, const char* end) {
  std::size_t depth = 0;
  do {
    if (at >= end) not_compact_json();
    switch (*at) {
      case '{':
      case '[':
        ++depth;
        ++at;
        break;
      case '}':
      case ']':
        if (depth == 0) not_compact_json();
        --depth;
        ++at;
        break;
      case '"':
        at = pass_json_string(at, end);
        break;
      case ',':
      case ':':
        if (depth == 0) not_compact_json();
        ++at;
        break;
      default:
        do ++at;
        while (at < end && !ends_scalar(*at));
    }
  } while (depth > 0);
  return at;
}

}  // namespace kaudit
