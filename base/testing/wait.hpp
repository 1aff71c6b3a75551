#pragma once

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <thread>

namespace kaudit::testing {

/// Returns when holds() is true. Ends the program after a minute, saying what was waited for: a
/// test that hangs says nothing, and an exception could not leave a test whose threads still run.
/// Not for proving an order, nor for how long something takes.
template <typename Holds>
void wait_for(std::string_view what, Holds holds) {
  constexpr auto kLimit = std::chrono::minutes(1);
  constexpr auto kPause = std::chrono::milliseconds(1);
  const auto limit = std::chrono::steady_clock::now() + kLimit;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > limit) {
      std::cerr << "waited a minute for " << what << std::endl;
      std::abort();
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace kaudit::testing
