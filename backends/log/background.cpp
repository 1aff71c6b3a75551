#include "backends/log/background.hpp"

#include <utility>

namespace kaudit::backends {

Background::Background(std::chrono::milliseconds interval, Task task)
    : interval_(interval), task_(std::move(task)) {}

void Background::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Background::wake() {
  {
    const Lock lock(mutex_);
    wanted_ = true;
  }
  woken_.notify_one();
}

void Background::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Background::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      Lock lock(mutex_);
      woken_.wait_for(lock, stop, interval_, [this]() KAUDIT_REQUIRES(mutex_) { return wanted_; });
      wanted_ = false;
    }
    if (!stop.stop_requested()) task_(stop);
  }
}

}  // namespace kaudit::backends
