#include "base/text/timestamp.hpp"

#include <chrono>

namespace kaudit {
namespace {

constexpr std::int64_t kPerSecond = 1'000'000'000;

}  // namespace

Timestamp Timestamp::now() noexcept {
  using std::chrono::nanoseconds;
  const std::int64_t since_epoch =
      nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
  std::int64_t seconds = since_epoch / kPerSecond;
  std::int64_t rest = since_epoch % kPerSecond;
  if (rest < 0) {
    seconds -= 1;
    rest += kPerSecond;
  }
  return {seconds, static_cast<std::uint32_t>(rest)};
}

}  // namespace kaudit
