#pragma once

#include "backends/plugin_error.hpp"

namespace kaudit::backends {

/// Says whether to log a failure now, or whether one was logged a moment ago: once a burst. Not
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
