#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"

namespace kaudit::cli {

/// Where a shipper puts what it takes.
struct ShipperTarget {
  std::string file;     ///< events in any form that logs have
  std::string command;  ///< prints the same
};

/// What was written for a shipper, and what of it arrived. Not thread-safe.
class ShipperLedger {
 public:
  struct Sent {
    std::string audit_id;
    std::uint64_t content = 0;   ///< a fingerprint of the event
    std::string moment;          ///< for people: when it was written
    std::uint64_t arrived = 0;   ///< how often
    std::uint64_t position = 0;  ///< among what arrived, of the first time
    bool altered = false;
  };
  /// Events that were sent one after the other: [begin, end).
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  explicit ShipperLedger(ShipperTarget target) : target_(std::move(target)) {}

  /// Notes an event that is about to be written, as its line.
  void sent(std::string_view audit_id, std::string_view line, std::string moment);
  std::size_t size() const noexcept { return sent_.size(); }
  const Sent& at(std::size_t index) const { return sent_[index]; }

  /// Looks at what has arrived by now. Error: the file or the command says nothing.
  Result<void> look();
  /// Looks until all of them have arrived, or nothing has come for so long.
  Result<void> wait_for(Range range, std::chrono::milliseconds patience);

  std::size_t missing(Range range) const;
  /// What arrived and is not an event: the first reason, and how many.
  const std::string& fault() const noexcept { return fault_; }
  std::uint64_t faults() const noexcept { return faults_; }

 private:
  Result<void> read_all(const std::string& path);

  ShipperTarget target_;
  std::vector<Sent> sent_;
  std::unordered_map<std::string, std::size_t> by_id_;
  std::uint64_t arrived_ = 0;
  std::uint64_t faults_ = 0;
  std::string fault_;
  std::int64_t seen_size_ = -1;  ///< of the file
};

}  // namespace kaudit::cli
