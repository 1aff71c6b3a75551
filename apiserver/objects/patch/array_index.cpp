#include "apiserver/objects/patch/array_index.hpp"

#include <charconv>
#include <cstdint>
#include <utility>

#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::patch {
namespace {

// strconv.Atoi: a sign of either kind, any number of zeros before it, nothing else.
Result<std::int64_t> atoi(std::string_view token) {
  const auto refused = [&](std::string_view why) {
    std::string text = "strconv.Atoi: parsing ";
    append_quoted(text, token);
    return fail(std::move(text.append(": ").append(why)));
  };
  std::string_view digits = token;
  if (digits.starts_with('+')) {
    digits.remove_prefix(1);
    if (digits.starts_with('-')) return refused("invalid syntax");
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc::invalid_argument || end != digits.data() + digits.size()) {
    return refused("invalid syntax");
  }
  if (error == std::errc::result_out_of_range) return refused("value out of range");
  return number;
}

// An index below `limit`; a negative one counts down from it.
Result<std::size_t> index_below(std::int64_t index, std::size_t limit) {
  const auto bound = static_cast<std::int64_t>(limit);
  if (index >= bound || index < -bound) {
    return fail("Unable to access invalid index: " + std::to_string(index) +
                ": invalid index referenced");
  }
  return static_cast<std::size_t>(index < 0 ? index + bound : index);
}

}  // namespace

Result<std::size_t> existing_index(std::string_view token, std::size_t size) {
  const auto index = atoi(token);
  if (!index) return tl::unexpected(index.error());
  return index_below(*index, size);
}

Result<std::size_t> insertion_index(std::string_view token, std::size_t size) {
  if (token == "-") return size;
  const auto index = atoi(token);
  if (!index) {
    return fail("value was not a proper array index: '" + std::string(token) +
                "': " + index.error().message);
  }
  return index_below(*index, size + 1);
}

}  // namespace kaudit::apiserver::objects::patch
