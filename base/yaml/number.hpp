#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kaudit::yaml {

/// An integer from -2^63 to 2^64-1.
struct Integer {
  std::uint64_t magnitude = 0;
  bool negative = false;
};

/// Go's strconv.ParseInt/ParseUint with base 0, without underscores: sign, then decimal, 0x, 0o,
/// 0b, or octal after a leading 0. Nothing when the text is not such a number or does not fit.
std::optional<Integer> parse_integer(std::string_view text) noexcept;
std::string to_text(const Integer& value);

/// A decimal float, [-+](.5|5.|5)[e5]; nothing when it is not of that form or too big.
std::optional<double> parse_float(std::string_view text);

/// As Kubernetes writes a float that is a mapping's key: with the precision of a float32 (strconv
/// 'g', -1, 32).
std::string float_key_text(double value);

/// YAML 1.1 timestamps: a date, or date and time.
bool looks_like_timestamp(std::string_view text) noexcept;

}  // namespace kaudit::yaml
