#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/testapi/fault.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::testapi {

/// The faults that are set, in their order, with how often each has hit. Thread-safe; while there
/// are none a request passes without a lock.
class FaultRules {
 public:
  static constexpr std::size_t kMaxFaults = 1'000;

  /// What a request meets.
  struct Hit {
    std::string id;
    FaultAction action;
    std::uint64_t set_at = 0;  ///< the store's version then
  };
  struct Listed {
    Fault fault;
    std::uint64_t hits = 0;
  };

  /// What is there from the start: it comes back, uncounted, with reset().
  explicit FaultRules(std::vector<Fault> from_start = {}, std::uint64_t version = 0);

  /// Adds a fault at the end, or puts it in the place of the one with its ID; one without an ID is
  /// given one. Error: there are too many.
  Result<std::string> set(Fault fault, std::uint64_t version);
  bool remove(std::string_view id);
  std::size_t clear();
  void reset(std::uint64_t version);

  std::vector<Listed> list() const;
  std::optional<Listed> find(std::string_view id) const;

  /// The first fault that concerns the request and is not over, counted.
  std::optional<Hit> hit(const RequestScope& scope);

 private:
  struct Rule {
    Fault fault;
    std::uint64_t version = 0;
    std::uint64_t met = 0;  // requests that it concerned, for its share
    std::uint64_t hits = 0;
  };
  void add(Fault fault, std::uint64_t version) KAUDIT_REQUIRES(mutex_);

  const std::vector<Fault> from_start_;
  std::atomic<bool> any_{false};
  mutable Mutex mutex_;
  std::vector<Rule> rules_ KAUDIT_GUARDED_BY(mutex_);
  std::uint64_t next_id_ KAUDIT_GUARDED_BY(mutex_) = 1;
};

}  // namespace kaudit::apiserver::testapi
