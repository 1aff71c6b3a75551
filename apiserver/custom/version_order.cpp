#include "apiserver/custom/version_order.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>

#include "base/text/ascii.hpp"
#include "base/text/integer.hpp"

namespace kaudit::apiserver::custom {
namespace {

enum class Stability : std::uint8_t { Alpha, Beta, Stable };

struct Parsed {
  Stability stability;
  std::int64_t major;
  std::int64_t minor;
};

// A number without a leading zero, cut off.
std::optional<std::int64_t> take_number(std::string_view& text) noexcept {
  std::size_t size = 0;
  while (size < text.size() && is_digit(text[size])) ++size;
  if (size == 0 || text.front() == '0') return std::nullopt;
  const auto number = parse_int64(text.substr(0, size));
  text.remove_prefix(size);
  return number ? std::optional<std::int64_t>(*number) : std::nullopt;
}

std::optional<Parsed> parse(std::string_view text) noexcept {
  if (!text.starts_with('v')) return std::nullopt;
  text.remove_prefix(1);
  const auto major = take_number(text);
  if (!major) return std::nullopt;
  if (text.empty()) return Parsed{Stability::Stable, *major, 0};
  Parsed parsed{Stability::Alpha, *major, 0};
  if (text.starts_with("alpha")) {
    text.remove_prefix(5);
  } else if (text.starts_with("beta")) {
    parsed.stability = Stability::Beta;
    text.remove_prefix(4);
  } else {
    return std::nullopt;
  }
  const auto minor = take_number(text);
  if (!minor || !text.empty()) return std::nullopt;
  parsed.minor = *minor;
  return parsed;
}

}  // namespace

bool is_newer_version(std::string_view a, std::string_view b) noexcept {
  const auto left = parse(a);
  const auto right = parse(b);
  if (!left || !right) return left.has_value() != right.has_value() ? left.has_value() : a < b;
  return std::tie(left->stability, left->major, left->minor) >
         std::tie(right->stability, right->major, right->minor);
}

}  // namespace kaudit::apiserver::custom
