#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "audit/event.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::testapi {

/// Which events a test asks for, and how long it waits for them. What is given must be what the
/// event has; what is given several times may be any of them.
struct EventQuery {
  using Field = std::string (*)(const audit::Event&);
  struct Condition {
    Field field;
    std::vector<std::string> values;
  };
  std::vector<Condition> conditions;
  std::chrono::nanoseconds wait{0};
  std::uint64_t count = 1;  ///< so many are waited for

  bool fits(const audit::Event& event) const;

  static constexpr std::chrono::nanoseconds kLongestWait = std::chrono::seconds(50);
  /// Error: a parameter that does not exist, with those that do; a value that cannot be.
  static Result<EventQuery> read(const std::vector<std::pair<std::string, std::string>>& query);
};

}  // namespace kaudit::apiserver::testapi
