#include "apiserver/http/http2/http2_flood_guard.hpp"

#include <algorithm>

namespace kaudit::apiserver::http {

bool Http2FloodGuard::allows(Clock::time_point now) noexcept {
  constexpr auto kStep = std::chrono::milliseconds(1'000 / kASecond);
  if (left_ == kAtOnce) {
    filled_at_ = now;
  } else if (const auto steps = (now - filled_at_) / kStep; steps > 0) {
    left_ = std::min<std::int64_t>(kAtOnce, left_ + std::min<std::int64_t>(steps, kAtOnce));
    filled_at_ += steps * kStep;
  }
  if (left_ == 0) return false;
  --left_;
  return true;
}

}  // namespace kaudit::apiserver::http
