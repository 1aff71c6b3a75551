// Quoted and JSON text is printable, one line, and grows by a bounded factor.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/json/json_text.hpp"
#include "base/text/quote.hpp"
#include "base/text/unicode.hpp"

namespace {

void check(std::string_view quoted, std::size_t size, std::size_t factor) {
  if (quoted.size() > factor * size + 2 || quoted.front() != '"' || quoted.back() != '"') {
    std::abort();
  }
  for (; !quoted.empty(); quoted.remove_prefix(kaudit::decode_rune(quoted).size)) {
    const kaudit::Rune rune = kaudit::decode_rune(quoted);
    if (!rune.valid || rune.code_point < 0x20) std::abort();
  }
}

}  // namespace

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data,  // NOLINT(readability-identifier-naming)
                                      size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string quoted = kaudit::go_quoted(text);
  check(quoted, size,
        5);  // \U and eight digits for four bytes, \u and four for two, \x and two for one
  std::string json;
  kaudit::append_json_string(json, text);
  check(json, size, 6);
  return 0;
}
