#include "audit/counters.hpp"

namespace kaudit::audit {

void Counters::count_level(Level level) noexcept {
  levels_[static_cast<std::size_t>(level)].fetch_add(1, std::memory_order_relaxed);
}

std::uint64_t Counters::level(Level level) const noexcept {
  return levels_[static_cast<std::size_t>(level)].load(std::memory_order_relaxed);
}

void Counters::count_errors(std::string_view plugin, std::uint64_t events) {
  const Lock lock(errors_mutex_);
  const auto found = errors_.find(plugin);
  if (found != errors_.end()) {
    found->second += events;
  } else {
    errors_.emplace(plugin, events);
  }
}

std::map<std::string, std::uint64_t> Counters::errors() const {
  const Lock lock(errors_mutex_);
  return {errors_.begin(), errors_.end()};
}

}  // namespace kaudit::audit
