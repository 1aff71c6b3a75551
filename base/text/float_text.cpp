#include "base/text/float_text.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdlib>

namespace kaudit {
namespace {

template <typename Float>
std::string shortest(Float value) {
  std::array<char, 64> buffer;
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                     std::chars_format::scientific);
  return {buffer.data(), written.ptr};
}

}  // namespace

std::string scientific_text(double value) { return shortest(value); }

int exponent_of(const std::string& scientific) {
  return std::atoi(scientific.c_str() + scientific.find('e') + 1);
}

std::string without_exponent(const std::string& scientific) {
  std::string digits = scientific.substr(0, scientific.find('e'));
  const bool is_negative = digits.front() == '-';
  std::erase_if(digits, [](char c) { return c == '-' || c == '.'; });
  const int exponent = exponent_of(scientific);
  if (exponent < 0) {
    digits.insert(0, static_cast<std::size_t>(-exponent), '0');
    digits.insert(1, ".");
  } else {
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() < whole) digits.append(whole - digits.size(), '0');
    if (digits.size() > whole) digits.insert(whole, ".");
  }
  return (is_negative ? "-" : "") + digits;
}

std::string general_text(float value) {
  std::string text = shortest(value);
  const int exponent = exponent_of(text);
  return exponent < -4 || exponent >= 6 ? text : without_exponent(text);
}

}  // namespace kaudit
