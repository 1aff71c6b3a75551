#include "apiserver/objects/schema/text_check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <re2/re2.h>
#include <string_view>

#include "apiserver/objects/schema/formats.hpp"

namespace kaudit::apiserver::objects::schema {
namespace {

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

Verdict check_text(const Schema& schema, const std::string& text, const std::string& path) {
  Verdict verdict;
  const auto size = static_cast<std::int64_t>(code_points(text));
  if (schema.max_length && size > *schema.max_length) {
    verdict.add(Fault::too_long(path, *schema.max_length));
  } else if (schema.min_length && size < *schema.min_length) {
    const std::string limit = std::to_string(*schema.min_length);
    verdict.add(Fault::other(path, "should be at least " + limit + " chars long", Json(text)));
  } else if (!schema.pattern.empty()) {
    if (schema.pattern_program == nullptr) {
      verdict.add(Fault::other(path,
                               "should match '" + schema.pattern +
                                   ", but pattern is invalid: " + schema.pattern_fault + "'",
                               Json(text)));
    } else if (!re2::RE2::PartialMatch(text, *schema.pattern_program)) {
      verdict.add(Fault::other(path, "should match '" + schema.pattern + "'", Json(text)));
    }
  }
  return verdict;
}

Verdict check_format(const Schema& schema, const std::string& text, const std::string& path) {
  Verdict verdict;
  if (!has_format(text, schema.format)) verdict.add(Fault::wrong_type(path, schema.format, text));
  return verdict;
}

}  // namespace kaudit::apiserver::objects::schema
