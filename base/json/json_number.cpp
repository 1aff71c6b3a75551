#include "base/json/json_text.hpp"
#include "base/text/float_text.hpp"

namespace kaudit {

std::string json_number(double value) {
  std::string text = scientific_text(value);
  const int exponent = exponent_of(text);
  if (value == 0 || (exponent >= -6 && exponent < 21)) return without_exponent(text);
  // encoding/json cuts the zero of a one-digit negative exponent: 1e-07 is 1e-7.
  if (const auto zero = text.find("e-0"); zero != std::string::npos) text.erase(zero + 2, 1);
  return text;
}

}  // namespace kaudit
