#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.hpp"
#include "cli/receiver/wire/fault_spec.hpp"

namespace kaudit::cli {

/// The faults of a receiver, with what is left of them. Any thread.
class FaultPlan {
 public:
  struct State {
    std::uint64_t id = 0;
    std::string spec;
    std::uint64_t hits = 0;
    std::optional<std::uint64_t> left;  ///< of `next`
  };

  /// At most this many at a time.
  static constexpr std::size_t kMost = 1000;

  /// Adds one behind those that are there, and says which number it has. Error: there are kMost.
  Result<State> add(Fault fault);
  /// False: there is none of that number.
  bool remove(std::uint64_t id);
  void clear();
  std::vector<State> states() const;

  // What the faults make of a connection; of a request when its head is there; and of the same
  // request when its body is. Each call counts. Later faults go before earlier ones where both say
  // something.
  FaultEffect at_connection();
  FaultEffect at_head(std::string_view path);
  FaultEffect at_body(std::string_view path, std::string_view body);

 private:
  struct Entry {
    std::uint64_t id = 0;
    Fault fault;
    std::uint64_t fitting = 0;
    std::uint64_t hits = 0;
  };

  /// Counts a request that fits; true when the fault is to be done.
  static bool strikes(Entry& entry);
  static State state_of(const Entry& entry);

  mutable Mutex mutex_;
  std::vector<Entry> entries_ KAUDIT_GUARDED_BY(mutex_);
  std::uint64_t last_id_ KAUDIT_GUARDED_BY(mutex_) = 0;
};

}  // namespace kaudit::cli
