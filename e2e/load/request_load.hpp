#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "e2e/load/work.hpp"

namespace kaudit::e2e::load {

/// What is sent.
struct Requests {
  Work work;
  std::vector<std::string> paths;  ///< to be taken one after the other; none: that of `work`
  std::string prefix = "load";     ///< of the names of requests
  long count = 10'000;             ///< of all connections together
  long rate = 0;  ///< a second, of all connections together; 0: as fast as answers come
};

using Connections = std::vector<std::unique_ptr<Connection>>;

/// Sends them all from one thread; gives how long each took, from sending to having the whole
/// answer. Throws when an answer is another one than is expected, or does not come.
std::vector<std::chrono::nanoseconds> send_all(const Requests& requests,
                                               const Connections& connections);

}  // namespace kaudit::e2e::load
