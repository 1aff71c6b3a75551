#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kaudit {

// The values of flags as Go reads and prints them; error texts are Go's own (`strconv.ParseInt:
// parsing "x": invalid syntax`). All functions are pure.

/// strconv.ParseInt(text, 0, 64): decimal, `0x10`, `0b1`, `0o17`, `017`; underscores between
/// digits.
Result<std::int64_t> parse_integer(std::string_view text);
/// strconv.ParseBool: `1 t T TRUE true True` and `0 f F FALSE false False`, nothing else.
Result<bool> parse_bool(std::string_view text);
/// strconv.ParseFloat(text, 32): decimal and hexadecimal literals, `inf`, `infinity` and `nan` in
/// any case.
Result<float> parse_float(std::string_view text);

/// As Go's %v prints a float32: `0.5`, `1e+06`, `NaN`, `+Inf`.
std::string float_text(float value);

}  // namespace kaudit
