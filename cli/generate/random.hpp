#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace kaudit::cli {

/// Random numbers that are the same on every platform for the same seed: integers only, no
/// distribution of the standard library, no mathematics of the platform. (xoshiro256**, Blackman
/// and Vigna) Not thread-safe.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept;

  std::uint64_t next() noexcept {
    const std::uint64_t result = rotated(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotated(state_[3], 45);
    return result;
  }

  /// 0 … n - 1; n is below 2^32.
  std::uint64_t below(std::uint64_t n) noexcept { return ((next() >> 32U) * n) >> 32U; }
  bool chance(std::uint64_t per_mille) noexcept { return below(1000) < per_mille; }
  /// As waiting times are distributed, with this mean; up to 7.6 times of it.
  std::uint64_t exponential(std::uint64_t mean) noexcept;

 private:
  static constexpr std::uint64_t rotated(std::uint64_t x, unsigned by) noexcept {
    return (x << by) | (x >> (64U - by));
  }
  std::array<std::uint64_t, 4> state_{};
};

/// Another number for each number: what is random about a thing that is known by its number.
constexpr std::uint64_t scrambled(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

/// Appends so many of the letters that Kubernetes makes names of.
void append_suffix(std::string& out, std::uint64_t number, std::size_t letters);
/// A UUID of version 4 from these bits, in place of what was in `out`.
void write_uuid(std::string& out, std::uint64_t high, std::uint64_t low);
void append_uuid(std::string& out, std::uint64_t number);

}  // namespace kaudit::cli
