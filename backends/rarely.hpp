#pragma once

#include "backends/plugin_error.hpp"

namespace kaudit::backends {

/// Says whether a failure is to be told now or was told a moment ago: a burst is told once. Not
/// thread-safe.
class Rarely {
 public:
  bool due(SteadyTime now) {
    if (now < quiet_until_) return false;
    quiet_until_ = now + PluginErrors::kInterval;
    return true;
  }

 private:
  SteadyTime quiet_until_{};
};

}  // namespace kaudit::backends
