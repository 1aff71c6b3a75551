#include "cli/generate/random.hpp"

namespace kaudit::cli {
namespace {

constexpr std::size_t kQuantiles = 1024;
constexpr unsigned kFraction = 16;

/// The natural logarithm of 0 < x <= 1, worked out by the compiler, so that it is the same
/// everywhere.
constexpr double logarithm(double x) {
  constexpr double kLn2 = 0.693147180559945309417;
  double halvings = 0;
  while (x < 0.5) {
    x *= 2;
    halvings += 1;
  }
  const double t = (x - 1) / (x + 1);
  double power = t;
  double sum = 0;
  for (int k = 1; k < 40; k += 2) {
    sum += power / k;
    power *= t * t;
  }
  return 2 * sum - halvings * kLn2;
}

/// The middles of as many equal parts of an exponential distribution of mean 1, in 16.16.
constexpr auto kExponential = [] {
  std::array<std::uint32_t, kQuantiles> table{};
  for (std::size_t i = 0; i < kQuantiles; ++i) {
    const double left = 1 - (static_cast<double>(i) + 0.5) / kQuantiles;
    table[i] = static_cast<std::uint32_t>(-logarithm(left) * (1U << kFraction));
  }
  return table;
}();

constexpr char kHexDigits[] = "0123456789abcdef";

}  // namespace

Random::Random(std::uint64_t seed) noexcept {
  for (std::uint64_t& part : state_) {
    part = scrambled(seed);
    seed += 0x9e3779b97f4a7c15U;
  }
}

std::uint64_t Random::exponential(std::uint64_t mean) noexcept {
  return (mean * kExponential[next() >> 54U]) >> kFraction;
}

void append_suffix(std::string& out, std::uint64_t number, std::size_t letters) {
  // k8s.io/apimachinery/pkg/util/rand: no vowels, and nothing that looks like another.
  constexpr char kLetters[] = "bcdfghjklmnpqrstvwxz2456789";
  constexpr std::uint64_t kCount = sizeof kLetters - 1;
  for (std::size_t i = 0; i < letters; ++i) {
    out += kLetters[number % kCount];
    number /= kCount;
  }
}

void write_uuid(std::string& out, std::uint64_t high, std::uint64_t low) {
  high = (high & 0xffffffffffff0fffU) | 0x4000U;
  low = (low & 0x3fffffffffffffffU) | 0x8000000000000000U;
  out.resize(36);
  char* to = out.data();
  const auto digits = [&to](std::uint64_t bits, unsigned from, unsigned count) {
    for (unsigned i = 0; i < count; ++i) *to++ = kHexDigits[(bits >> (from - 4 * (i + 1))) & 0xfU];
  };
  digits(high, 64, 8);
  *to++ = '-';
  digits(high, 32, 4);
  *to++ = '-';
  digits(high, 16, 4);
  *to++ = '-';
  digits(low, 64, 4);
  *to++ = '-';
  digits(low, 48, 12);
}

void append_uuid(std::string& out, std::uint64_t number) {
  std::string uuid;
  write_uuid(uuid, scrambled(number), scrambled(~number));
  out += uuid;
}

}  // namespace kaudit::cli
